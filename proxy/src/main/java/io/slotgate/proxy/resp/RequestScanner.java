package io.slotgate.proxy.resp;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Finds where commands of clients end, in place: the RESP form ({@code *3\r\n$3\r\nSET\r\n…}) and the inline form
 * ({@code SET key value\r\n}). Belongs to one worker; what it finds goes into a {@link RequestFrame}.
 *
 * <p>A frame that is not whole yet can be scanned again from its start, or, if the same {@link RequestFrame} is handed
 * back, from where the scan stopped, so a command of a million arguments costs one pass however it arrives.
 *
 * @see <a href="https://valkey.io/topics/protocol/#send-commands-to-a-valkey-server">Sending commands</a>
 */
public final class RequestScanner {
    /** How a scan ended. */
    public enum Status {
        /** The frame is whole; {@link #position} is behind it. */
        COMPLETE,
        /** An inline command is whole; the frame lies in a buffer of its own, which the caller releases. */
        INLINE,
        /** An empty command, to be skipped up to {@link #position} without an answer. */
        EMPTY,
        /** More bytes are needed: at least up to {@link #needed}. */
        INCOMPLETE,
        /** {@link #error} says what is wrong; the connection can't go on. */
        ERROR
    }

    static final String NO_CRLF = "Protocol error: expected CRLF behind an argument";
    /** A length that is cut off. */
    static final long UNFINISHED = Long.MIN_VALUE + 1;

    private static final long MALFORMED = Long.MIN_VALUE;
    private static final int MOST_DIGITS = 18;
    /** Bytes of {@code $0\r\n\r\n}. */
    private static final long SMALLEST_ARGUMENT = 6;

    private RequestLimits limits;
    private int position;
    private int needed;
    private String error = "";
    private int bulkLength;

    public RequestScanner(RequestLimits limits) {
        this.limits = limits;
    }

    /** The limits of the session whose bytes come next. */
    public void limits(RequestLimits limits) {
        this.limits = limits;
    }

    /**
     * Scans one command.
     *
     * @param from where it begins; the frame's own start if the frame is {@code begun}
     * @param to behind the last byte there is
     */
    public Status scan(ByteBuf buffer, int from, int to, RequestFrame frame) {
        if (frame.begun()) {
            return scanArguments(buffer, frame, nextArgument(buffer, frame), to);
        }
        bulkLength = -1;
        if (from == to) {
            return incomplete(from + 1L);
        }
        frame.reset(buffer, from, to);
        if (buffer.getByte(from) != '*') {
            return scanInline(buffer, from, to, frame);
        }
        long count = readLength(buffer, from, to);
        if (count == UNFINISHED) {
            return incomplete(to + 1L);
        }
        String wrong = wrongCount(count);
        if (wrong != null) {
            return fail(frame, wrong);
        }
        if (count <= 0) {
            return Status.EMPTY;
        }
        frame.begin((int) count);
        return scanArguments(buffer, frame, position, to);
    }

    /** Behind the command that was found, an absolute index. */
    public int position() {
        return position;
    }

    /** After {@link Status#INCOMPLETE}: the absolute index the buffer must reach before another scan can get further. */
    public int needed() {
        return needed;
    }

    /** After {@link Status#INCOMPLETE}: the declared size of the argument that is cut off, or -1. */
    public int openBulk() {
        return bulkLength;
    }

    /** After {@link Status#ERROR}: the server's own text for it, without {@code -ERR}. */
    public String error() {
        return error;
    }

    private Status scanArguments(ByteBuf buffer, RequestFrame frame, int from, int to) {
        int at = from;
        for (int left = frame.expected() - frame.argc(); left > 0; left--) {
            bulkLength = -1;
            if (at >= to) {
                return incomplete(at + left * SMALLEST_ARGUMENT);
            }
            if (buffer.getByte(at) != '$') {
                return fail(frame, unexpected('$', buffer.getByte(at)));
            }
            long length = readLength(buffer, at, to);
            if (length == UNFINISHED) {
                return incomplete(to + 1L);
            }
            String wrong = wrongLength(length);
            if (wrong != null) {
                return fail(frame, wrong);
            }
            int start = position;
            if (length > to - start - 2) {
                bulkLength = (int) length;
                return incomplete(start + length + 2);
            }
            // The server skips these two bytes unseen; a proxy that did so would be the one place where a
            // smuggled frame could begin.
            if (buffer.getShort(start + (int) length) != 0x0D0A) {
                return fail(frame, NO_CRLF);
            }
            frame.addArgument(start, (int) length);
            at = start + (int) length + 2;
        }
        position = at;
        frame.end(at);
        return Status.COMPLETE;
    }

    /** Where the first argument begins that an earlier scan did not find the end of. */
    private static int nextArgument(ByteBuf buffer, RequestFrame frame) {
        int last = frame.argc() - 1;
        if (last >= 0) {
            return frame.offset(last) + frame.length(last) + 2;
        }
        int at = frame.start() + 1;
        while (buffer.getByte(at) != '\n') {
            at++;
        }
        return at + 1;
    }

    /**
     * Reads the decimal number and the CRLF behind the type at {@code typeAt}, and moves {@link #position} behind them. As
     * strict as the server, for the bytes go on to it: no plus, no zeros in front, no minus zero.
     */
    long readLength(ByteBuf buffer, int typeAt, int to) {
        if (to - typeAt >= ShortHeader.WORD) {
            int number = ShortHeader.number(buffer.getLong(typeAt));
            if (number >= 0) {
                position = typeAt + ShortHeader.size(number);
                return number;
            }
        }
        return readAnyLength(buffer, typeAt + 1, to);
    }

    private long readAnyLength(ByteBuf buffer, int from, int to) {
        int at = from;
        boolean negative = at < to && buffer.getByte(at) == '-';
        if (negative) {
            at++;
        }
        long value = 0;
        int digits = at;
        while (at < to) {
            int b = buffer.getByte(at++);
            if (b >= '0' && b <= '9') {
                boolean behindZero = value == 0 && at - 1 > digits;
                value = value * 10 + (b - '0');
                if (behindZero || at - digits > MOST_DIGITS) {
                    return MALFORMED;
                }
            } else if (b == '\r') {
                if (at - 1 == digits || (negative && value == 0)) {
                    return MALFORMED;
                }
                if (at == to) {
                    return UNFINISHED;
                }
                if (buffer.getByte(at) != '\n') {
                    return MALFORMED;
                }
                position = at + 1;
                return negative ? -value : value;
            } else {
                return MALFORMED;
            }
        }
        return UNFINISHED;
    }

    private Status scanInline(ByteBuf buffer, int from, int to, RequestFrame frame) {
        int window = (int) Math.min(to - from, limits.inlineBytes() + 1L);
        int newline = buffer.indexOf(from, from + window, (byte) '\n');
        // The server would wait for the end of such a line and never find it.
        if (buffer.indexOf(from, newline < 0 ? from + window : newline, (byte) 0) >= 0) {
            return fail(frame, "Protocol error: NUL byte in inline request");
        }
        if (newline < 0) {
            if (window > limits.inlineBytes()) {
                return fail(frame, "Protocol error: too big inline request");
            }
            return incomplete(to + 1L);
        }
        position = newline + 1;
        int lineEnd = newline > from && buffer.getByte(newline - 1) == '\r' ? newline - 1 : newline;
        @Nullable
        InlineCommand command = InlineCommand.parse(buffer, from, lineEnd);
        if (command == null) {
            return fail(frame, "Protocol error: unbalanced quotes in request");
        }
        if (command.isEmpty()) {
            return Status.EMPTY;
        }
        String wrong = wrongCount(command.size());
        if (wrong != null) {
            return fail(frame, wrong);
        }
        command.writeAsFrame(buffer.alloc(), frame);
        return Status.INLINE;
    }

    private Status incomplete(long needed) {
        this.needed = (int) Math.min(needed, Integer.MAX_VALUE);
        return Status.INCOMPLETE;
    }

    /** What is wrong with a number of arguments, or null. */
    @Nullable
    String wrongCount(long count) {
        if (count != MALFORMED && count <= limits.arguments()) {
            return null;
        }
        return count > 0 && count <= Integer.MAX_VALUE && !limits.authenticated()
                ? "Protocol error: unauthenticated multibulk length"
                : "Protocol error: invalid multibulk length";
    }

    /** What is wrong with the length of an argument, or null. */
    @Nullable
    String wrongLength(long length) {
        if (length >= 0 && length <= limits.bulkBytes()) {
            return null;
        }
        return length > 0 && !limits.authenticated()
                ? "Protocol error: unauthenticated bulk length"
                : "Protocol error: invalid bulk length";
    }

    static String unexpected(char expected, byte got) {
        return "Protocol error: expected '" + expected + "', got '" + printable(got) + "'";
    }

    private Status fail(RequestFrame frame, String error) {
        frame.end(frame.end());
        this.error = error;
        return Status.ERROR;
    }

    private static String printable(byte b) {
        return b >= ' ' && b < 127 ? String.valueOf((char) b) : String.format("\\x%02x", b & 0xff);
    }
}
