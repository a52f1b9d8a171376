package io.slotgate.proxy.fanout;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.upstream.Pending;
import java.nio.charset.StandardCharsets;

/** Puts our cursor in the place of the node's: where a node is done, the next primary begins. */
record ScanMerge(int primary, int primaries) implements Merge {
    @Override
    public void merge(FanOut parts, ByteBuf out) {
        Pending part = parts.part(0);
        if (Frames.number(part, "*") != 2) {
            throw new IllegalStateException("no cursor and elements");
        }
        ByteBuf reply = part.reply().buffer();
        int cursorLine = Frames.behindLine(reply, part.reply().offset());
        int cursor = Frames.behindLine(reply, cursorLine);
        int keys = Frames.behindLine(reply, cursor);
        long ofNode = Long.parseUnsignedLong(
                reply.toString(cursor, keys - cursor - 2, StandardCharsets.US_ASCII));
        if (Long.compareUnsigned(ofNode, NodeCursor.LARGEST_OF_NODE) > 0) {
            ReplyWriter.error(out, "ERR cursor " + Long.toUnsignedString(ofNode) + " of a node is above "
                    + NodeCursor.LARGEST_OF_NODE + " and can't be told from those of other nodes");
            return;
        }
        boolean nodeDone = ofNode == 0;
        boolean allDone = nodeDone && primary + 1 >= primaries;
        long next = allDone ? 0 : new NodeCursor(nodeDone ? primary + 1 : primary, ofNode).encoded();
        ReplyWriter.array(out, 2);
        ReplyWriter.bulk(out, Long.toString(next));
        out.writeBytes(reply, keys, part.reply().end() - keys);
    }
}
