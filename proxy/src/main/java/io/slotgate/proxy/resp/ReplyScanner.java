package io.slotgate.proxy.resp;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Finds where replies of a node end, in place, however they are cut: RESP2 and RESP3, nested, with attributes, and the
 * streamed forms of the RESP3 specification. Belongs to one upstream channel and one worker.
 *
 * <pre>
 *            scan(bytes) -- not complete: took what it could, remembers what is open
 *           /     ^
 *   reply begins  |  more bytes
 *           \     |
 *            scan(bytes) -- complete: position behind the reply, next scan begins the next one
 * </pre>
 *
 * It never looks back: bytes that a scan took need not be there for the next one, so a reply of any size passes through
 * a buffer of any size.
 *
 * @see <a href="https://github.com/valkey-io/valkey-doc/blob/main/topics/protocol.md">Valkey serialization protocol</a>
 */
public final class ReplyScanner {
    /** The bytes are no RESP reply: the connection can't go on. */
    public static final int MALFORMED = -1;

    /** A longer line is taken in parts, as bulk strings are; only a text that a script wrote can be such. */
    private static final int LONGEST_WHOLE_LINE = 64 * 1024;
    /** A type and a number, with room to spare. */
    private static final int LONGEST_HEADER = 32;
    private static final int DEEPEST = 1024;
    /** What is open between the elements of a streamed aggregate: only its mark says that it ends. */
    private static final long UNTIL_MARK = 1L << 40;
    /** {@code -1\r\n}. */
    private static final int MINUS_ONE = 0x2D310D0A;
    private static final short CRLF = 0x0D0A;

    /** Values still to come before the reply is whole. */
    private long open;
    /** Bytes still to come of the bulk string that is being skipped, CRLF included. */
    private long bulk;
    /** Whether a long line is being taken in parts. */
    private boolean inLine;
    /** Whether the parts of a streamed string come next. */
    private boolean inChunks;
    /** What was open around each streamed aggregate that has not ended. */
    private long[] outer = new long[4];
    private int depth;
    private boolean complete = true;

    /** Whether the last scan reached the end of a reply. */
    public boolean complete() {
        return complete;
    }

    /** Bytes still to come of the bulk string that was cut off, its CRLF included; 0 if none was. */
    public long bulkLeft() {
        return bulk;
    }

    /** Forgets a reply that was not complete. */
    public void reset() {
        open = 0;
        bulk = 0;
        inLine = false;
        inChunks = false;
        depth = 0;
        complete = true;
    }

    /**
     * Takes bytes of the current reply, or of the next one if the last was complete.
     *
     * @param from first byte that was not taken yet
     * @param to behind the last byte there is
     * @return behind the last byte taken: the reply's end if {@link #complete}, else as far as whole lines (parts of those
     *     longer than 64 KiB) and parts of bulk strings reach, or {@link #MALFORMED}
     */
    public int scan(ByteBuf buffer, int from, int to) {
        if (complete) {
            int end = scanSimple(buffer, from, to);
            if (end > 0) {
                return end;
            }
            open = 1;
            complete = false;
        }
        int at = from;
        while (true) {
            if (bulk > 0) {
                int part = (int) Math.min(bulk, to - at);
                if (!endsInCrlf(buffer, at, part, bulk)) {
                    return MALFORMED;
                }
                at += part;
                bulk -= part;
                if (bulk > 0) {
                    return at;
                }
            }
            at = scanSimpleElements(buffer, at, to);
            if (open == 0) {
                complete = true;
                return at;
            }
            int next = inLine ? scanRestOfLine(buffer, at, to) : scanLine(buffer, at, to);
            if (next == MALFORMED || next == at) {
                return next;
            }
            at = next;
        }
    }

    /** The usual reply, a line or a whole bulk string, without touching any state; 0 if it is something else. */
    private static int scanSimple(ByteBuf buffer, int from, int to) {
        if (to - from < 3) {
            return 0;
        }
        byte type = buffer.getByte(from);
        if (type == '$') {
            return scanSimpleBulk(buffer, from, to);
        }
        if (type == '+' || type == ':' || type == '_' || type == '-' || type == '#' || type == ',') {
            int newline = buffer.indexOf(from + 1, to, (byte) '\n');
            return newline < 0 || buffer.getByte(newline - 1) != '\r' ? 0 : newline + 1;
        }
        return 0;
    }

    /** Takes a bulk string of up to four digits' length, or the null one. */
    private static int scanSimpleBulk(ByteBuf buffer, int from, int to) {
        if (to - from < ShortHeader.WORD) {
            return to - from >= 5 && buffer.getInt(from + 1) == MINUS_ONE ? from + 5 : 0;
        }
        long word = buffer.getLong(from);
        int length = ShortHeader.number(word);
        if (length < 0) {
            return (int) (word >>> 24) == MINUS_ONE ? from + 5 : 0;
        }
        int end = from + ShortHeader.size(length) + length;
        return end <= to - 2 && buffer.getShort(end) == CRLF ? end + 2 : 0;
    }

    /** Takes the elements of an aggregate that are like the usual reply. */
    private int scanSimpleElements(ByteBuf buffer, int from, int to) {
        int at = from;
        if (depth == 0 && !inLine && !inChunks) {
            while (open > 1) {
                int end = scanSimple(buffer, at, to);
                if (end == 0) {
                    return at;
                }
                open--;
                at = end;
            }
        }
        return at;
    }

    /** Takes one line and what it says is to come; returns {@code at} if the line is not whole. */
    private int scanLine(ByteBuf buffer, int at, int to) {
        int newline = buffer.indexOf(at, to, (byte) '\n');
        if (newline < 0) {
            return at == to ? at : scanCutLine(buffer, at, to);
        }
        if (newline - at < 2 || buffer.getByte(newline - 1) != '\r') {
            return MALFORMED;
        }
        int lineEnd = newline - 1;
        byte type = buffer.getByte(at);
        if (inChunks && type != ';') {
            return MALFORMED;
        }
        if (type != '.') {
            beginElement();
        }
        boolean known = switch (type) {
            case '+', '-', ':', '_', ',', '#', '(' -> value();
            case '$', '!', '=' -> bulk(buffer, at + 1, lineEnd);
            case ';' -> chunk(buffer, at + 1, lineEnd);
            case '*', '~', '>' -> aggregate(buffer, at + 1, lineEnd, 1, false);
            case '%' -> aggregate(buffer, at + 1, lineEnd, 2, false);
            case '|' -> aggregate(buffer, at + 1, lineEnd, 2, true);
            case '.' -> lineEnd == at + 1 && mark();
            default -> false;
        };
        return known ? newline + 1 : MALFORMED;
    }

    /** Tells a line that may still become one from garbage, and begins to take one that is too long to wait for. */
    private int scanCutLine(ByteBuf buffer, int at, int to) {
        byte type = buffer.getByte(at);
        if (inChunks && type != ';') {
            return MALFORMED;
        }
        return switch (type) {
            case '+', '-', ':', '_', ',', '#', '(' -> {
                if (to - at <= LONGEST_WHOLE_LINE) {
                    yield at;
                }
                beginElement();
                inLine = true;
                yield to - 1;
            }
            case '$', '!', '=', ';', '*', '~', '>', '%', '|', '.' -> to - at > LONGEST_HEADER ? MALFORMED : at;
            default -> MALFORMED;
        };
    }

    /** All but the last byte of what there is can go, for that one may be the CR of the end. */
    private int scanRestOfLine(ByteBuf buffer, int at, int to) {
        int newline = buffer.indexOf(at, to, (byte) '\n');
        if (newline < 0) {
            return Math.max(at, to - 1);
        }
        if (newline == at || buffer.getByte(newline - 1) != '\r') {
            return MALFORMED;
        }
        inLine = false;
        value();
        return newline + 1;
    }

    /** Whether the last two of the {@code bulk} bytes to come are CRLF, as far as they are among the next {@code part}. */
    static boolean endsInCrlf(ByteBuf buffer, int at, int part, long bulk) {
        long cr = bulk - 2;
        return (cr < 0 || cr >= part || buffer.getByte(at + (int) cr) == '\r')
                && (bulk > part || buffer.getByte(at + part - 1) == '\n');
    }

    private void beginElement() {
        if (open == UNTIL_MARK && depth > 0) {
            open++;
        }
    }

    private boolean value() {
        open--;
        return true;
    }

    private boolean bulk(ByteBuf buffer, int from, int to) {
        if (isStreamed(buffer, from, to)) {
            inChunks = true;
            return true;
        }
        long length = number(buffer, from, to);
        if (length < -1) {
            return false;
        }
        open--;
        bulk = length < 0 ? 0 : length + 2;
        return true;
    }

    /** A part of a streamed string; an empty one ends it. */
    private boolean chunk(ByteBuf buffer, int from, int to) {
        long length = number(buffer, from, to);
        if (length < 0 || !inChunks) {
            return false;
        }
        if (length == 0) {
            inChunks = false;
            return value();
        }
        bulk = length + 2;
        return true;
    }

    private boolean aggregate(ByteBuf buffer, int from, int to, int perEntry, boolean beforeValue) {
        int itself = beforeValue ? 0 : 1;
        if (isStreamed(buffer, from, to)) {
            return openStreamed(itself);
        }
        long count = number(buffer, from, to);
        if (count < -1 || count > Integer.MAX_VALUE) {
            return false;
        }
        open += Math.max(count, 0) * perEntry - itself;
        return true;
    }

    private boolean openStreamed(int itself) {
        if (depth == DEEPEST) {
            return false;
        }
        if (depth == outer.length) {
            outer = Arrays.copyOf(outer, depth * 2);
        }
        outer[depth++] = open - itself;
        open = UNTIL_MARK;
        return true;
    }

    /** Ends the innermost streamed aggregate, if none of its elements is cut off. */
    private boolean mark() {
        if (depth == 0 || open != UNTIL_MARK) {
            return false;
        }
        open = outer[--depth];
        return true;
    }

    private static boolean isStreamed(ByteBuf buffer, int from, int to) {
        return to - from == 1 && buffer.getByte(from) == '?';
    }

    /** The number between the two indexes, or {@link Long#MIN_VALUE} if there is none. */
    static long number(ByteBuf buffer, int from, int to) {
        boolean negative = from < to && buffer.getByte(from) == '-';
        int at = negative ? from + 1 : from;
        if (at == to || to - at > 18) {
            return Long.MIN_VALUE;
        }
        long value = 0;
        for (; at < to; at++) {
            int digit = buffer.getByte(at) - '0';
            if (digit < 0 || digit > 9) {
                return Long.MIN_VALUE;
            }
            value = value * 10 + digit;
        }
        return negative ? -value : value;
    }
}
