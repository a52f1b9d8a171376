package io.slotgate.proxy.fanout;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.upstream.Pending;
import io.slotgate.proxy.upstream.UpstreamChannel;
import java.nio.charset.StandardCharsets;

/**
 * What all nodes say to people, one below the other with the node's address above it; of one that refuses, why. If all refuse, that
 * is the answer.
 */
final class NodeTexts implements Merge {
    private static final String FORMAT = "txt:";

    @Override
    public boolean takesErrors() {
        return true;
    }

    @Override
    public void merge(FanOut parts, ByteBuf out) {
        StringBuilder all = new StringBuilder();
        boolean refused = true;
        for (int i = 0; i < parts.count(); i++) {
            Pending part = parts.part(i);
            boolean error = part.reply().buffer().getByte(part.reply().offset()) == '-';
            refused &= error;
            UpstreamChannel channel = part.pinned();
            String text = error
                    ? part.reply().buffer().toString(part.reply().offset() + 1, part.reply().length() - 3,
                            StandardCharsets.ISO_8859_1)
                    : text(part);
            all.append(i == 0 ? "" : "\n").append(channel == null ? "a node" : channel.key().node()).append(":\n")
                    .append(text.stripTrailing()).append('\n');
        }
        if (refused) {
            Merge.FIRST.merge(parts, out);
        } else {
            ReplyWriter.text(out, all.toString(), parts.part(0).protocol());
        }
    }

    /** Of a bulk string, or in RESP3 of a verbatim string. */
    private static String text(Pending part) {
        long length = Frames.number(part, "$=");
        int at = Frames.behindLine(part.reply().buffer(), part.reply().offset());
        String text = part.reply().buffer().toString(at, (int) length, StandardCharsets.UTF_8);
        boolean verbatim = part.reply().buffer().getByte(part.reply().offset()) == '=';
        return verbatim ? text.substring(FORMAT.length()) : text;
    }
}
