package io.slotgate.proxy.fanout;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.resp.ReplyScanner;
import io.slotgate.proxy.upstream.Pending;
import java.util.Arrays;

/** Where the array of each part of a fan-out has been read to. Used again and again. */
final class ElementCursors {
    private final FanOut parts;
    private final ReplyScanner scanner = new ReplyScanner();
    private int[] at = new int[16];

    ElementCursors(FanOut parts) {
        this.parts = parts;
    }

    /** Goes to the first element of each part. */
    ElementCursors rewind() {
        if (at.length < parts.count()) {
            at = Arrays.copyOf(at, Math.max(parts.count(), at.length * 2));
        }
        for (int i = 0; i < parts.count(); i++) {
            Pending part = parts.part(i);
            at[i] = Frames.behindLine(part.reply().buffer(), part.reply().offset());
        }
        return this;
    }

    void copyNext(int index, ByteBuf out) {
        ByteBuf buffer = parts.part(index).reply().buffer();
        int start = at[index];
        out.writeBytes(buffer, start, skip(index) - start);
    }

    long nextInteger(int index) {
        int start = at[index];
        skip(index);
        return Frames.number(parts.part(index).reply().buffer(), start);
    }

    /** Checks that nothing is left: a part that has more elements than were taken is not the reply to what it was asked. */
    void end() {
        for (int i = 0; i < parts.count(); i++) {
            Pending part = parts.part(i);
            if (at[i] != part.reply().end()) {
                throw new IllegalStateException("part " + i + " has more elements than keys");
            }
        }
    }

    private int skip(int index) {
        Pending part = parts.part(index);
        int end = part.reply().end();
        int behind = at[index] < end ? scanner.scan(part.reply().buffer(), at[index], end) : ReplyScanner.MALFORMED;
        if (behind == ReplyScanner.MALFORMED) {
            throw new IllegalStateException("part " + index + " has fewer elements than keys");
        }
        at[index] = behind;
        return behind;
    }
}
