package io.slotgate.proxy.fanout;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.resp.ReplyWriter;
import java.nio.charset.StandardCharsets;

/** The keys that one SCAN gathers from what nodes answer. On the heap: nothing to give back if its client leaves. */
final class ScanPage {
    private final ByteBuf keys = Unpooled.buffer();
    private int count;

    /** Where a node's reply leads, and the bytes of its keys. */
    record NodeReply(ByteBuf reply, int firstKey, int keys, int slot, long inner) {}

    /**
     * Reads a reply of a node to SCAN, whose cursor names a slot in its lower 14 bits, as those of servers with a hash table
     * for each slot do.
     *
     * @throws IllegalStateException if it is none
     */
    static NodeReply read(ByteBuf reply) {
        if (reply.getByte(0) != '*' || Frames.number(reply, 0) != 2) {
            throw new IllegalStateException("no cursor and elements");
        }
        int cursor = Frames.behindLine(reply, Frames.behindLine(reply, 0));
        int keys = Frames.behindLine(reply, cursor);
        long ofNode = Long.parseUnsignedLong(reply.toString(cursor, keys - cursor - 2, StandardCharsets.US_ASCII));
        int slot = ofNode == 0 ? SlotHash.SLOTS : (int) (ofNode & (SlotHash.SLOTS - 1));
        return new NodeReply(reply, Frames.behindLine(reply, keys), (int) Frames.number(reply, keys), slot,
                ofNode / SlotHash.SLOTS);
    }

    /** Adds those keys that lie on certain slots: of the others it is not known whether they are all there. */
    void add(NodeReply from, int firstSlot, int lastSlot) {
        ByteBuf reply = from.reply();
        int at = from.firstKey();
        for (int i = 0; i < from.keys(); i++) {
            int key = Frames.behindLine(reply, at);
            int length = (int) Frames.number(reply, at);
            int slot = SlotHash.slot(reply, key, length);
            if (slot >= firstSlot && slot <= lastSlot) {
                ReplyWriter.bulk(keys, reply, key, length);
                count++;
            }
            at = key + length + 2;
        }
    }

    /** Adds those keys of another page, between two of its offsets, that are to be kept, told in their order. */
    void add(ScanPage from, int start, boolean[] kept, int end) {
        int at = start;
        for (int i = 0; at < end; i++) {
            int key = Frames.behindLine(from.keys, at);
            int length = (int) Frames.number(from.keys, at);
            if (kept[i]) {
                ReplyWriter.bulk(keys, from.keys, key, length);
                count++;
            }
            at = key + length + 2;
        }
    }

    /** The keys one after the other, as bulk strings. */
    ByteBuf keys() {
        return keys;
    }

    int count() {
        return count;
    }

    void write(ByteBuf out, SlotCursor next) {
        ReplyWriter.array(out, 2);
        ReplyWriter.bulk(out, Long.toString(next.encoded()));
        ReplyWriter.array(out, count);
        out.writeBytes(keys, 0, keys.writerIndex());
    }
}
