package io.slotgate.proxy.session;

import io.slotgate.proxy.upstream.Pending;
import io.slotgate.proxy.upstream.UpstreamChannel;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A read whose reply is large, on a bulk lane of its own: if its client reads slowly, nobody else waits. The session does
 * nothing else while it lasts. Confined to its worker.
 */
final class Download {
    private final SessionRoom room;
    private final UserPlane plane;
    private final Pending pending;
    private final long key;
    private @Nullable UpstreamChannel lane;
    private boolean over;
    /** Whether the command is nowhere but here, because no lane is free. */
    private boolean waiting;

    /** @param key the fingerprint of the key that is read, as {@link LargeKeys} has it */
    Download(SessionRoom room, UserPlane plane, Pending pending, long key) {
        this.room = room;
        this.plane = plane;
        this.key = key;
        this.pending = pending;
    }

    /** Asks, on a lane to the slot's owner. The command's bytes must be kept. */
    void begin() {
        UpstreamChannel owner = plane.upstreams().forSlot(pending.protocol(), pending.slot());
        if (owner == null) {
            plane.dispatcher().park(pending);
            return;
        }
        waiting = true;
        plane.bulkLanes().acquire(owner.key().node(), pending.protocol(), acquired -> {
            waiting = false;
            if (over) {
                if (acquired != null) {
                    plane.bulkLanes().release(acquired);
                }
            } else if (acquired == null) {
                plane.dispatcher().park(pending);
            } else {
                lane = acquired;
                acquired.sendAgain(pending);
            }
        });
    }

    boolean isFor(Pending answered) {
        return pending == answered;
    }

    /** Whether {@code channel} is the lane it runs on. */
    boolean runsOn(UpstreamChannel channel) {
        return lane == channel;
    }

    /**
     * The reply is here, from wherever: the lane is free for others.
     *
     * @param large whether it was as large as expected, which is then expected of its key the next time
     */
    void end(boolean large) {
        over = true;
        if (large) {
            room.largeKeys().add(key);
        } else {
            room.largeKeys().remove(key);
        }
        if (lane != null) {
            plane.bulkLanes().release(lane);
            lane = null;
        }
    }

    /** The client left: what is still to come of the reply is not wanted. */
    void abort() {
        over = true;
        UpstreamChannel used = lane;
        if (used != null) {
            lane = null;
            if (used.waiting() > 0) {
                used.cut(new IOException("a client left within a large reply"));
            }
            plane.bulkLanes().release(used);
        } else if (waiting) {
            pending.releaseRequest(room.worker());
        }
    }
}
