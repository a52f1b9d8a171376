package io.slotgate.proxy.fanout;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.upstream.Pending;

/** Small looks into replies that are known to be whole; each throws an exception where a reply is not what it looks for. */
final class Frames {
    private Frames() {}

    /** The number in the reply's first line, behind its type. */
    static long number(ByteBuf buffer, int start) {
        int at = start + 1;
        boolean negative = buffer.getByte(at) == '-';
        if (negative) {
            at++;
        }
        long value = 0;
        for (byte b = buffer.getByte(at); b >= '0' && b <= '9'; b = buffer.getByte(++at)) {
            value = value * 10 + (b - '0');
        }
        return negative ? -value : value;
    }

    /** The number in the first line of a part's reply, which has to be of one of certain types. */
    static long number(Pending part, String types) {
        char type = (char) part.reply().buffer().getByte(part.reply().offset());
        if (types.indexOf(type) < 0) {
            throw new IllegalStateException("type " + type + " (expected: one of " + types + ")");
        }
        return number(part.reply().buffer(), part.reply().offset());
    }

    /** The first byte behind the line that begins at {@code start}. */
    static int behindLine(ByteBuf buffer, int start) {
        int at = start;
        while (buffer.getByte(at) != '\n') {
            at++;
        }
        return at + 1;
    }

    /** The first byte behind the bulk string that has to begin at {@code start}. */
    static int behindBulk(ByteBuf buffer, int start) {
        long length = number(buffer, start);
        if (buffer.getByte(start) != '$' || length < 0) {
            throw new IllegalStateException("element " + (char) buffer.getByte(start) + length
                    + " (expected: a bulk string)");
        }
        return behindLine(buffer, start) + (int) length + 2;
    }

    static boolean isNull(ByteBuf buffer, int start) {
        return buffer.getByte(start) == '_' || (buffer.getByte(start) == '$' && buffer.getByte(start + 1) == '-');
    }
}
