package io.slotgate.proxy.resp;

import io.netty.buffer.ByteBuf;

/**
 * Finds the end of one command that is passed on while it arrives, and that is therefore never there as a whole. As strict
 * as {@link RequestScanner}: what it lets pass, the server takes for the same command. Belongs to one session and its
 * worker.
 */
public final class RequestFollower {
    /** {@link #error} says what is wrong; the connection can't go on. */
    public static final int MALFORMED = -1;

    private static final int NOT_BEGUN = -1;

    private final RequestScanner lengths;
    /** Arguments whose length is still to come. */
    private long arguments = NOT_BEGUN;
    /** Bytes still to come of the argument that is passing, CRLF included. */
    private long bulk;
    private boolean complete;
    private String error = "";

    public RequestFollower(RequestLimits limits) {
        this.lengths = new RequestScanner(limits);
    }

    /** Whether the command's end was reached. */
    public boolean complete() {
        return complete;
    }

    /** After {@link #MALFORMED}: the server's own text for it, without {@code -ERR}. */
    public String error() {
        return error;
    }

    /**
     * Takes bytes of the command, which is in the RESP form and begins with the first byte ever given.
     *
     * @param from first byte that was not taken yet
     * @param to behind the last byte there is
     * @return behind the last byte taken: the command's end if {@link #complete}, else as far as whole lengths and parts of
     *     arguments reach, or {@link #MALFORMED}
     */
    public int scan(ByteBuf buffer, int from, int to) {
        int at = from;
        while (!complete) {
            if (bulk > 0) {
                int part = (int) Math.min(bulk, to - at);
                if (!ReplyScanner.endsInCrlf(buffer, at, part, bulk)) {
                    return fail(RequestScanner.NO_CRLF);
                }
                at += part;
                bulk -= part;
            }
            if (bulk > 0) {
                return at;
            }
            if (arguments == 0) {
                complete = true;
                return at;
            }
            int behind = at < to ? scanLength(buffer, at, to) : at;
            if (behind == at || behind == MALFORMED) {
                return behind;
            }
            at = behind;
        }
        return at;
    }

    /** Takes a length line; returns {@code at} if it is not whole. */
    private int scanLength(ByteBuf buffer, int at, int to) {
        char type = arguments == NOT_BEGUN ? '*' : '$';
        if (buffer.getByte(at) != type) {
            return fail(RequestScanner.unexpected(type, buffer.getByte(at)));
        }
        long length = lengths.readLength(buffer, at, to);
        if (length == RequestScanner.UNFINISHED) {
            return at;
        }
        String wrong = type == '*' ? lengths.wrongCount(length) : lengths.wrongLength(length);
        if (wrong != null) {
            return fail(wrong);
        }
        if (type == '*') {
            arguments = Math.max(length, 0);
        } else {
            arguments--;
            bulk = length + 2;
        }
        return lengths.position();
    }

    private int fail(String error) {
        this.error = error;
        return MALFORMED;
    }
}
