package io.slotgate.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.resp.RequestFrame;
import io.slotgate.proxy.route.BlockTimeout;

/** The bytes of a command that may block: when it is sent again, with the time that is left. Confined to its worker. */
final class TimedCommand {
    /** For a client that will not wait: as little as can be said. */
    private static final long AT_ONCE_NANOS = 1_000_000;
    /**
     * From its arrival; so long no node may have been asked, even if its own time is shorter: that nothing is there can be said
     * only after somebody looked.
     */
    private static final long FIRST_LOOK_NANOS = 1_000_000_000;

    private final BlockTimeout unit;
    private final ByteBuf bytes;
    private final StreamEnds ends;
    /** The argument with its header and line end. */
    private final int from;
    private final int to;
    /** {@link System#nanoTime}; 0: never. */
    private long deadline;
    private boolean asItIs = true;
    private final long firstLook = System.nanoTime() + FIRST_LOOK_NANOS;
    private boolean sent;

    /** Copies the command; to be given back with {@link #release}. */
    TimedCommand(ByteBufAllocator allocator, RequestFrame frame, BlockTimeout unit) {
        this.unit = unit;
        this.bytes = allocator.directBuffer(frame.size()).writeBytes(frame.buffer(), frame.start(), frame.size());
        this.ends = new StreamEnds(frame);
        int argument = unit.argument(frame);
        this.from = frame.offset(argument - 1) + frame.length(argument - 1) + 2 - frame.start();
        this.to = frame.offset(argument) + frame.length(argument) + 2 - frame.start();
        long nanos = unit.nanos(frame.text(argument));
        this.deadline = nanos == 0 ? 0 : notZero(System.nanoTime() + nanos);
    }

    private static long notZero(long time) {
        return time == 0 ? 1 : time;
    }

    /** The ends of streams that it is about. */
    StreamEnds ends() {
        return ends;
    }

    boolean forEver() {
        return deadline == 0;
    }

    /** Nanoseconds that are left to find a node, if it is not for ever. */
    long left() {
        long now = System.nanoTime();
        return sent ? deadline - now : Math.max(deadline - now, firstLook - now);
    }

    boolean timeIsOver() {
        return !forEver() && left() <= 0;
    }

    /** Lets it wait no longer than a moment from now. */
    void hurry() {
        long soon = System.nanoTime() + AT_ONCE_NANOS;
        if (forEver() || deadline - soon > 0) {
            deadline = notZero(soon);
            asItIs = false;
        }
    }

    /** The next time it is sent less time will be left. */
    void sent() {
        sent = true;
        asItIs = forEver();
    }

    /** What to send now; the caller's to release. */
    ByteBuf toSend(ByteBufAllocator allocator) {
        long nanos = Math.max(AT_ONCE_NANOS, deadline - System.nanoTime());
        asItIs &= forEver() || nanos > AT_ONCE_NANOS;
        if (asItIs && (ends.count() == 0 || !ends.known())) {
            return bytes.retainedDuplicate();
        }
        ByteBuf changed = allocator.directBuffer(bytes.readableBytes() + 24 + 48 * ends.count());
        int at = 0;
        if (!asItIs) {
            changed.writeBytes(bytes, 0, from);
            ReplyWriter.bulk(changed, unit.text(nanos));
            at = to;
        }
        ends.copy(bytes, at, changed);
        return changed;
    }

    void release() {
        bytes.release();
    }
}
