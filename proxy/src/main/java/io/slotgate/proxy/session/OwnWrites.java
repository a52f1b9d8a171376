package io.slotgate.proxy.session;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.command.CommandSpec;
import io.slotgate.proxy.resp.RequestFrame;
import io.slotgate.proxy.upstream.Pending;
import java.util.ArrayDeque;
import java.util.Set;

/**
 * What a session with NOLOOP writes itself and is not told of. Only commands count that say all of a key's new value, and whose
 * reply says whether they did it to every key: for if one did not, the keys are still as others made them, and the session has
 * to be told that it no longer tracks them. Confined to a worker.
 */
final class OwnWrites {
    private static final Set<String> WHOLE_VALUES = Set.of("setex", "psetex", "mset", "del", "unlink", "getdel",
            "getset");

    /** A write under way. */
    private record Write(Pending pending, KeyList keys, boolean counted) {}

    private final SessionTracking tracking;
    private final ArrayDeque<Write> underWay = new ArrayDeque<>();

    OwnWrites(SessionTracking tracking) {
        this.tracking = tracking;
    }

    /** Whether a command is one of those that count. */
    static boolean count(CommandSpec spec, RequestFrame frame) {
        return WHOLE_VALUES.contains(spec.name()) || (spec.name().equals("set") && isPlain(frame));
    }

    /** Whether a SET does it in any case. */
    private static boolean isPlain(RequestFrame frame) {
        for (int i = 3; i < frame.argc(); i++) {
            if (frame.is(i, "ex") || frame.is(i, "px") || frame.is(i, "exat") || frame.is(i, "pxat")) {
                i++;
            } else if (!frame.is(i, "keepttl")) {
                return false;
            }
        }
        return true;
    }

    /** A write of these keys was sent. */
    void sent(Pending pending, CommandSpec spec, KeyList keys) {
        pending.part(Announcements.OWN_WRITE);
        boolean counted = spec.name().equals("del") || spec.name().equals("unlink");
        underWay.add(new Write(pending, keys, counted));
    }

    /** The reply to one of them goes out. */
    void answered(Pending pending, ByteBuf reply, int start) {
        Write write = underWay.poll();
        while (write != null && write.pending() != pending) {
            write = underWay.poll();
        }
        if (write != null && !done(write, reply, start)) {
            tracking.invalid(write.keys());
        }
    }

    private static boolean done(Write write, ByteBuf reply, int start) {
        byte type = reply.getByte(start);
        if (!write.counted()) {
            return type == '+' || (type == '$' && reply.getByte(start + 1) != '-');
        }
        if (type != ':') {
            return false;
        }
        int done = 0;
        for (int at = start + 1; reply.getByte(at) != '\r'; at++) {
            done = done * 10 + reply.getByte(at) - '0';
        }
        return done == write.keys().size();
    }
}
