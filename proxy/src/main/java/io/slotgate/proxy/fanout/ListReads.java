package io.slotgate.proxy.fanout;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.resp.RequestFrame;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * By CLUSTER GETKEYSINSLOT, of nodes that only have a list of each slot's keys: Redis 7.0 and 7.2, Valkey 7.2. The list has no
 * order that lasts, so a slot is read at once or not at all; MATCH and TYPE are for us to do.
 *
 * @param pattern null: all keys
 * @param type null: all types
 * @see <a href="https://valkey.io/commands/cluster-getkeysinslot/">CLUSTER GETKEYSINSLOT</a>
 */
record ListReads(@Nullable KeyPattern pattern, @Nullable String type) implements SlotReads {
    /** Most keys of a slot that are read at once. */
    static final int MOST_KEYS = 100_000;

    private static final String TOO_MANY = "ERR a slot has more than " + MOST_KEYS + " keys";

    /** What the options of SCAN say; null if a node would not take them. */
    static @Nullable ListReads of(RequestFrame frame) {
        KeyPattern pattern = null;
        String type = null;
        for (int arg = 2; arg < frame.argc(); arg += 2) {
            if (arg + 1 == frame.argc()) {
                return null;
            }
            if (frame.is(arg, "match")) {
                pattern = new KeyPattern(bytes(frame, arg + 1));
            } else if (frame.is(arg, "type")) {
                type = new String(bytes(frame, arg + 1), StandardCharsets.ISO_8859_1);
            } else if (!frame.is(arg, "count") || !isCount(bytes(frame, arg + 1))) {
                return null;
            }
        }
        return new ListReads(pattern, type);
    }

    private static byte[] bytes(RequestFrame frame, int arg) {
        return ByteBufUtil.getBytes(frame.buffer(), frame.offset(arg), frame.length(arg));
    }

    private static boolean isCount(byte[] text) {
        for (byte digit : text) {
            if (digit < '0' || digit > '9') {
                return false;
            }
        }
        return text.length > 0 && text.length <= 18 && text[0] != '0';
    }

    /** Asks how many keys each slot has. */
    static List<ByteBuf> counts(int first, int last) {
        List<ByteBuf> commands = new ArrayList<>();
        for (int slot = first; slot <= last; slot++) {
            commands.add(command("COUNTKEYSINSLOT", slot, null));
        }
        return commands;
    }

    /** How many slots, of which a node told the numbers of keys, have about so many keys together; at least 1. */
    static int slotsOf(List<ByteBuf> counts, int wanted) {
        long keys = 0;
        int slots = 0;
        for (ByteBuf count : counts) {
            long more = Frames.number(count, 0);
            if (count.getByte(0) != ':') {
                throw new IllegalStateException("no number of keys");
            }
            if (keys > 0 && keys + more > wanted) {
                break;
            }
            keys += more;
            slots++;
        }
        return slots;
    }

    @Override
    public List<ByteBuf> commands(SlotCursor from, int last) {
        List<ByteBuf> commands = new ArrayList<>();
        for (int slot = from.slot(); slot <= last; slot++) {
            commands.add(command("GETKEYSINSLOT", slot, Integer.toString(MOST_KEYS + 1)));
        }
        return commands;
    }

    private static ByteBuf command(String name, int slot, @Nullable String count) {
        ByteBuf out = Unpooled.buffer(72);
        ReplyWriter.array(out, count == null ? 3 : 4);
        ReplyWriter.bulk(out, "CLUSTER");
        ReplyWriter.bulk(out, name);
        ReplyWriter.bulk(out, Integer.toString(slot));
        if (count != null) {
            ReplyWriter.bulk(out, count);
        }
        return out;
    }

    @Override
    public ByteBuf scanned(List<ByteBuf> replies, SlotCursor from, int last) {
        ByteBuf keys = Unpooled.buffer();
        int count = 0;
        for (ByteBuf reply : replies) {
            if (reply.getByte(0) == '-') {
                return reply;
            }
            if (reply.getByte(0) != '*') {
                throw new IllegalStateException("no keys");
            }
            long inSlot = Frames.number(reply, 0);
            if (inSlot > MOST_KEYS) {
                return error(TOO_MANY);
            }
            int at = Frames.behindLine(reply, 0);
            for (long i = 0; i < inSlot; i++) {
                if (reply.getByte(at) != '$' || Frames.number(reply, at) < 0) {
                    throw new IllegalStateException("no key");
                }
                int key = Frames.behindLine(reply, at);
                int length = (int) Frames.number(reply, at);
                if (pattern == null || pattern.matches(reply, key, length)) {
                    ReplyWriter.bulk(keys, reply, key, length);
                    count++;
                }
                at = key + length + 2;
            }
        }
        ByteBuf out = Unpooled.buffer(keys.readableBytes() + 32);
        ReplyWriter.array(out, 2);
        ReplyWriter.bulk(out, Integer.toString(last + 1 == SlotHash.SLOTS ? 0 : last + 1));
        ReplyWriter.array(out, count);
        return out.writeBytes(keys);
    }

    /** Whether keys of this type are asked for; {@code none} is that of a key which is gone. */
    boolean wants(String found) {
        return !found.equals("none")
                && (type == null || found.equalsIgnoreCase(type));
    }

    private static ByteBuf error(String text) {
        ByteBuf out = Unpooled.buffer(64);
        ReplyWriter.error(out, text);
        return out;
    }
}
