package io.slotgate.proxy.redirect;

import io.slotgate.proxy.command.CommandSpec;
import io.slotgate.proxy.resp.RequestFrame;
import java.util.Set;

/**
 * Which writes leave the same state and answer the same however often they are executed in a row: those that say the whole new
 * value, and whose answer tells nothing of the old one.
 *
 * <ul>
 * <li>{@code SET key value}, also with a time to live; not with NX, XX, IFEQ or GET, whose answer depends on what was there, nor with
 * KEEPTTL, for a time to live that ended in between would not be kept
 * <li>{@code SETEX}, {@code PSETEX}: a time to live counts from the last time
 * <li>{@code MSET}, {@code HMSET}, {@code LSET}, {@code SETRANGE}
 * </ul>
 *
 * Not among them are DEL, SADD, HSET, ZADD, EXPIRE and their like: the second answer would say that nothing was done.
 */
final class IdempotentWrites {
    private static final Set<String> WHOLE = Set.of("setex", "psetex", "mset", "hmset", "lset", "setrange");
    private static final Set<String> TIMES = Set.of("ex", "px", "exat", "pxat");

    private IdempotentWrites() {}

    static boolean contains(CommandSpec spec, RequestFrame frame) {
        if (!spec.name().equals("set")) {
            return WHOLE.contains(spec.name());
        }
        return frame.argc() == 3 || (frame.argc() == 5 && TIMES.stream().anyMatch(time -> frame.is(3, time)));
    }
}
