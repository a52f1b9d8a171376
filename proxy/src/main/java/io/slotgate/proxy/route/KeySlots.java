package io.slotgate.proxy.route;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.command.CommandSpec;
import io.slotgate.proxy.command.KeyPositions;
import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.resp.RequestFrame;

/** Finds the slot that a command's keys share. Belongs to one worker. */
public final class KeySlots {
    /** The command has no key. */
    public static final int NO_KEY = -1;
    /** Its keys are on different slots. */
    public static final int CROSS_SLOT = -2;
    /** Its arguments don't tell where the keys are: a node has to say what is wrong with them. */
    public static final int MALFORMED = -3;

    private final KeyPositions keys = new KeyPositions();

    /** The slot, or one of the negative constants. */
    public int slot(CommandSpec spec, RequestFrame frame) {
        int single = spec.singleKey();
        ByteBuf buffer = frame.buffer();
        if (single != 0) {
            return SlotHash.slot(buffer, frame.offset(single), frame.length(single));
        }
        if (!spec.keys().find(frame, keys)) {
            return MALFORMED;
        }
        int slot = NO_KEY;
        for (int i = 0; i < keys.count(); i++) {
            int key = keys.get(i);
            int other = SlotHash.slot(buffer, frame.offset(key), frame.length(key));
            if (slot != NO_KEY && slot != other) {
                slot = CROSS_SLOT;
                break;
            }
            slot = other;
        }
        keys.trim();
        return slot;
    }

    /** The slot that argument {@code arg} is the number of; {@link #MALFORMED} if it is none. */
    public static int named(RequestFrame frame, int arg) {
        int length = frame.length(arg);
        if (length == 0 || length > 5) {
            return MALFORMED;
        }
        int slot = 0;
        for (int i = 0; i < length; i++) {
            int digit = frame.buffer().getByte(frame.offset(arg) + i) - '0';
            if (digit < 0 || digit > 9) {
                return MALFORMED;
            }
            slot = slot * 10 + digit;
        }
        return slot < SlotHash.SLOTS ? slot : MALFORMED;
    }
}
