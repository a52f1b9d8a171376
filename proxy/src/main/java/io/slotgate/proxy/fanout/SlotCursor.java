package io.slotgate.proxy.fanout;

import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.resp.RequestFrame;
import io.slotgate.topology.model.HostPort;
import org.jspecify.annotations.Nullable;

/**
 * A place in the walk over all slots, as the client carries it: nothing of it is kept here. Below 2^53, above which JavaScript
 * clients lose digits:
 *
 * <pre>
 *   26 bits  the node's cursor within the slot; 0: the slot's beginning
 *   12 bits  a hash of the node that gave it, for it means nothing to another one; 0 with cursor 0
 *    1 bit   0: the slot's owner is asked, 1: the node that imports it, the owner is done
 *   14 bits  slot
 * </pre>
 *
 * @param slot 0..16384; the last means that all is done
 */
record SlotCursor(int slot, boolean atImporter, int node, long inner) {
    private static final int SLOT_BITS = 14;
    private static final int NODE_BITS = 12;
    private static final int INNER_BITS = 26;

    /** The largest cursor within a slot that still fits: a slot may have some hundred million keys. */
    static final long LARGEST_INNER = (1L << INNER_BITS) - 1;

    /** The beginning of a slot. */
    static SlotCursor at(int slot) {
        return new SlotCursor(slot, false, 0, 0);
    }

    /** Within this slot, where the node's cursor leads. */
    SlotCursor within(HostPort node, long inner) {
        return new SlotCursor(slot, atImporter, inner == 0 ? 0 : fingerprint(node), inner);
    }

    /** The slot's keys that its owner still has are seen: now those at the node they move to. */
    SlotCursor importer() {
        return new SlotCursor(slot, true, 0, 0);
    }

    boolean done() {
        return slot == SlotHash.SLOTS;
    }

    /** Whether the cursor within the slot is of this node. */
    boolean isOf(HostPort address) {
        return inner == 0 || node == fingerprint(address);
    }

    private static int fingerprint(HostPort node) {
        int hash = (node.host().hashCode() * 31 + node.port()) * 0x9E3779B9;
        return hash >>> (32 - NODE_BITS);
    }

    /** The number the client gets; 0 if all is done. */
    long encoded() {
        if (done()) {
            return 0;
        }
        long node = inner << NODE_BITS | this.node;
        return (node << 1 | (atImporter ? 1 : 0)) << SLOT_BITS | slot;
    }

    /** The cursor in argument {@code arg}; null if it is no cursor. */
    static @Nullable SlotCursor read(RequestFrame frame, int arg) {
        if (frame.length(arg) == 0 || frame.length(arg) > 18) {
            return null;
        }
        long value = 0;
        for (int i = 0; i < frame.length(arg); i++) {
            int digit = frame.buffer().getByte(frame.offset(arg) + i) - '0';
            if (digit < 0 || digit > 9) {
                return null;
            }
            value = value * 10 + digit;
        }
        return decoded(value);
    }

    static SlotCursor decoded(long value) {
        int slot = (int) (value & ((1 << SLOT_BITS) - 1));
        boolean atImporter = (value >>> SLOT_BITS & 1) == 1;
        int node = (int) (value >>> (SLOT_BITS + 1) & ((1 << NODE_BITS) - 1));
        return new SlotCursor(slot, atImporter, node, value >>> (SLOT_BITS + 1 + NODE_BITS) & LARGEST_INNER);
    }
}
