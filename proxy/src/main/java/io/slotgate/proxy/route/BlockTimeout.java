package io.slotgate.proxy.route;

import io.slotgate.proxy.resp.RequestFrame;
import java.math.BigDecimal;
import java.util.concurrent.TimeUnit;

/**
 * Where a command that may block its connection says for how long, and in which unit. 0 means for ever everywhere.
 *
 * @see <a href="https://valkey.io/commands/blmpop/">BLMPOP</a>
 * @see <a href="https://valkey.io/commands/xread/">XREAD</a>
 */
public enum BlockTimeout {
    /** Seconds with a fraction, the last argument: BLPOP, BLMOVE. */
    LAST_SECONDS,
    /** Seconds with a fraction, the first argument: BLMPOP. */
    FIRST_SECONDS,
    /** Milliseconds, the last argument: WAIT. */
    LAST_MILLIS,
    /** Milliseconds behind the option BLOCK, without which the command does not block: XREAD. */
    OPTION_MILLIS;

    /** Index of the argument; -1 if the command does not block. */
    public int argument(RequestFrame frame) {
        return switch (this) {
            case LAST_SECONDS, LAST_MILLIS -> frame.argc() - 1;
            case FIRST_SECONDS -> 1;
            case OPTION_MILLIS -> behindBlock(frame);
        };
    }

    /** Reads the options as far as STREAMS: a group may be called "block". */
    private static int behindBlock(RequestFrame frame) {
        int i = 1;
        while (i < frame.argc() && !frame.is(i, "streams")) {
            if (frame.is(i, "block")) {
                return i + 1 < frame.argc() ? i + 1 : -1;
            }
            if (frame.is(i, "group")) {
                i += 3;
            } else {
                i += frame.is(i, "count") ? 2 : 1;
            }
        }
        return -1;
    }

    /** The time in nanoseconds; 0 if it is for ever, or longer than can be told, or no time at all, as the server will say. */
    public long nanos(String argument) {
        try {
            if (this == OPTION_MILLIS || this == LAST_MILLIS) {
                long millis = Long.parseLong(argument);
                return millis > Long.MAX_VALUE / 4_000_000 ? 0 : Math.max(0, TimeUnit.MILLISECONDS.toNanos(millis));
            }
            double seconds = Double.parseDouble(argument);
            return seconds > 0 && seconds < Long.MAX_VALUE / 4e9 ? Math.max(1, (long) (seconds * 1e9)) : 0;
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** So much time as the argument says it: at least 1 ms, as 0 would be for ever. */
    public String text(long nanos) {
        long millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos));
        return this == OPTION_MILLIS || this == LAST_MILLIS
                ? Long.toString(millis)
                : BigDecimal.valueOf(millis, 3).toPlainString();
    }
}
