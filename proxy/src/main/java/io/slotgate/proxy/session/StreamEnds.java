package io.slotgate.proxy.session;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.resp.RequestFrame;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code $} stood for when {@code XREAD BLOCK} was sent first: the end of each stream then. Sent again with it, the command
 * misses nothing that was added meanwhile. Asked for in front of the command, on the same connection.
 *
 * @see <a href="https://valkey.io/commands/xinfo-stream/">XINFO STREAM</a>
 */
final class StreamEnds {
    /** Comes before any entry in the reply. */
    private static final String FIELD = "last-generated-id\r\n$";
    private static final String NO_KEY = "-ERR no such key";

    /** An argument {@code $}, as bytes {@code from} to {@code to} of the command, and the key that it is for. */
    private static final class End {
        final int from;
        final int to;
        final byte[] key;
        @Nullable
        String id;

        End(int from, int to, byte[] key) {
            this.from = from;
            this.to = to;
            this.key = key;
        }
    }

    private final List<End> ends = new ArrayList<>(1);

    /** Those of a command that is XREAD; of any other there are none. */
    StreamEnds(RequestFrame frame) {
        if (!frame.is(0, "xread")) {
            return;
        }
        int streams = 1;
        while (streams < frame.argc() && !frame.is(streams, "streams")) {
            streams += 2;
        }
        int count = (frame.argc() - streams - 1) / 2;
        for (int key = streams + 1; key <= streams + count && key + count < frame.argc(); key++) {
            int id = key + count;
            if (frame.is(id, "$")) {
                byte[] name = new byte[frame.length(key)];
                frame.buffer().getBytes(frame.offset(key), name);
                ends.add(new End(frame.offset(id - 1) + frame.length(id - 1) + 2 - frame.start(),
                        frame.offset(id) + frame.length(id) + 2 - frame.start(), name));
            }
        }
    }

    boolean known() {
        return ends.stream().allMatch(end -> end.id != null);
    }

    int count() {
        return ends.size();
    }

    /** Writes the questions, one for each. */
    void ask(ByteBuf out) {
        for (End end : ends) {
            ReplyWriter.array(out, 3);
            ReplyWriter.bulk(out, "XINFO");
            ReplyWriter.bulk(out, "STREAM");
            ReplyWriter.bulk(out, end.key);
        }
    }

    /** Takes the reply to the n-th question, counted from 0. */
    void learn(int n, ByteBuf buffer, int start, int end) {
        String reply = buffer.toString(start, Math.min(end - start, 1024), StandardCharsets.ISO_8859_1);
        int field = reply.indexOf(FIELD);
        if (reply.startsWith(NO_KEY)) {
            ends.get(n).id = "0-0";
        } else if (field >= 0) {
            int from = reply.indexOf("\r\n", field + FIELD.length()) + 2;
            int to = reply.indexOf("\r\n", from);
            ends.get(n).id = to > from ? reply.substring(from, to) : null;
        }
    }

    /** Copies the command's bytes from {@code at} on, with what is known in place. */
    void copy(ByteBuf command, int at, ByteBuf out) {
        for (End end : ends) {
            String id = end.id;
            if (id != null) {
                out.writeBytes(command, at, end.from - at);
                ReplyWriter.bulk(out, id);
                at = end.to;
            }
        }
        out.writeBytes(command, at, command.writerIndex() - at);
    }
}
