package io.slotgate.proxy.fanout;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.upstream.Pending;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.ToLongBiFunction;

/** Makes one reply of the replies of all parts, none of which is an error unless it {@link #takesErrors}. */
interface Merge {
    void merge(FanOut parts, ByteBuf out);

    /** Whether errors among the replies are its business; else the first of them is the reply. */
    default boolean takesErrors() {
        return false;
    }

    /** The first part's reply, as all are alike. */
    Merge FIRST = (parts, out) -> copy(parts.part(0), out);

    /** The sum of integer replies. */
    Merge SUM = (parts, out) -> {
        long sum = 0;
        for (int i = 0; i < parts.count(); i++) {
            sum += Frames.number(parts.part(i), ":");
        }
        ReplyWriter.integer(out, sum);
    };

    /** The elements of all arrays, in the order in which the command named their keys. */
    Merge BY_KEY = (parts, out) -> {
        ReplyWriter.array(out, parts.keys());
        ElementCursors cursors = parts.elements();
        for (int key = 0; key < parts.keys(); key++) {
            cursors.copyNext(parts.partOfKey(key), out);
        }
        cursors.end();
    };

    /** All elements of all arrays, one part behind the other. */
    Merge CONCATENATE = (parts, out) -> {
        long elements = 0;
        for (int i = 0; i < parts.count(); i++) {
            elements += Math.max(0, Frames.number(parts.part(i), "*~"));
        }
        // Of the first part's type: an array, or a set in RESP3.
        Pending first = parts.part(0);
        out.writeByte(first.reply().buffer().getByte(first.reply().offset()));
        ReplyWriter.decimal(out, elements);
        out.writeShort(0x0D0A);
        for (int i = 0; i < parts.count(); i++) {
            Pending part = parts.part(i);
            int body = Frames.behindLine(part.reply().buffer(), part.reply().offset());
            out.writeBytes(part.reply().buffer(), body, part.reply().end() - body);
        }
    };

    /** The elements of all arrays, each once, in the order in which they first come. */
    Merge UNION = (parts, out) -> {
        Set<String> union = new LinkedHashSet<>();
        for (int i = 0; i < parts.count(); i++) {
            Pending part = parts.part(i);
            ByteBuf reply = part.reply().buffer();
            int at = Frames.behindLine(reply, part.reply().offset());
            for (long left = Frames.number(part, "*~"); left > 0; left--) {
                int text = Frames.behindLine(reply, at);
                at = Frames.behindBulk(reply, at);
                union.add(reply.toString(text, at - 2 - text, StandardCharsets.ISO_8859_1));
            }
        }
        ReplyWriter.array(out, union.size());
        for (String element : union) {
            bulk(out, element);
        }
    };

    /**
     * An array of names and figures in turn, those of all parts added up.
     *
     * @param figure makes the figure to answer of a name and the sum
     */
    static Merge figures(ToLongBiFunction<String, Long> figure) {
        return (parts, out) -> {
            Pending first = parts.part(0);
            long elements = Frames.number(first, "*");
            int[] at = new int[parts.count()];
            for (int i = 0; i < at.length; i++) {
                at[i] = Frames.behindLine(parts.part(i).reply().buffer(), parts.part(i).reply().offset());
            }
            ReplyWriter.array(out, elements);
            for (long pair = 0; pair < elements / 2; pair++) {
                String name = "";
                long sum = 0;
                for (int i = 0; i < at.length; i++) {
                    ByteBuf reply = parts.part(i).reply().buffer();
                    int text = Frames.behindLine(reply, at[i]);
                    int length = (int) Frames.number(reply, at[i]);
                    name = reply.toString(text, length, StandardCharsets.ISO_8859_1);
                    sum += Frames.number(reply, text + length + 2);
                    at[i] = Frames.behindLine(reply, text + length + 2);
                }
                bulk(out, name);
                ReplyWriter.integer(out, figure.applyAsLong(name, sum));
            }
        };
    }

    private static void bulk(ByteBuf out, String text) {
        out.writeByte('$');
        ReplyWriter.decimal(out, text.length());
        out.writeShort(0x0D0A);
        out.writeCharSequence(text, StandardCharsets.ISO_8859_1);
        out.writeShort(0x0D0A);
    }

    /** An array of integers, 1 where it is 1 in every part's. */
    Merge ALL_TRUE = (parts, out) -> {
        long elements = Frames.number(parts.part(0), "*");
        ReplyWriter.array(out, elements);
        ElementCursors cursors = parts.elements();
        for (long element = 0; element < elements; element++) {
            long all = 1;
            for (int i = 0; i < parts.count(); i++) {
                all &= cursors.nextInteger(i);
            }
            ReplyWriter.integer(out, all);
        }
        cursors.end();
    };

    /** One that is not null, by chance; null if they all are. */
    Merge ANY_VALUE = (parts, out) -> {
        int start = ThreadLocalRandom.current().nextInt(parts.count());
        for (int i = 0; i < parts.count(); i++) {
            Pending part = parts.part((start + i) % parts.count());
            if (!Frames.isNull(part.reply().buffer(), part.reply().offset())) {
                copy(part, out);
                return;
            }
        }
        copy(parts.part(0), out);
    };

    private static void copy(Pending part, ByteBuf out) {
        out.writeBytes(part.reply().buffer(), part.reply().offset(), part.reply().length());
    }
}
