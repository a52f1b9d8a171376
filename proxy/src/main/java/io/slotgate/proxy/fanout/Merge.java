package io.slotgate.proxy.fanout;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.upstream.Pending;
import java.util.concurrent.ThreadLocalRandom;

/** Makes one reply of the replies of all parts, none of which is an error. */
interface Merge {
    void merge(FanOut parts, ByteBuf out);

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
        out.writeByte(first.replyBuffer().getByte(first.replyOffset()));
        ReplyWriter.decimal(out, elements);
        out.writeShort(0x0D0A);
        for (int i = 0; i < parts.count(); i++) {
            Pending part = parts.part(i);
            int body = Frames.behindLine(part.replyBuffer(), part.replyOffset());
            out.writeBytes(part.replyBuffer(), body, part.replyOffset() + part.replyLength() - body);
        }
    };

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

    /** LATENCY LATEST: for each event the one that was last, with the largest latency of all nodes. */
    Merge LATEST_EVENTS = LatestEvents::merge;

    /** One that is not null, by chance; null if they all are. */
    Merge ANY_VALUE = (parts, out) -> {
        int start = ThreadLocalRandom.current().nextInt(parts.count());
        for (int i = 0; i < parts.count(); i++) {
            Pending part = parts.part((start + i) % parts.count());
            if (!Frames.isNull(part.replyBuffer(), part.replyOffset())) {
                copy(part, out);
                return;
            }
        }
        copy(parts.part(0), out);
    };

    private static void copy(Pending part, ByteBuf out) {
        out.writeBytes(part.replyBuffer(), part.replyOffset(), part.replyLength());
    }
}
