package io.slotgate.proxy.upstream;

import io.slotgate.proxy.command.CommandSpec;
import org.jspecify.annotations.Nullable;

/** The pending commands of one worker, used again and again. */
public final class PendingPool {
    private static final int MOST_FREE = 16 * 1024;

    private @Nullable Pending free;
    private int freeCount;

    /** A pending command for {@code requester}; {@code slot} may be {@link Pending#NO_SLOT}. */
    public Pending take(Requester requester, @Nullable CommandSpec spec, int protocol, int slot) {
        Pending pending = free;
        if (pending == null) {
            pending = new Pending();
            pending.pool = this;
        } else {
            free = pending.next;
            freeCount--;
            pending.next = null;
            pending.pooled = false;
        }
        pending.begin(requester, spec, protocol, slot);
        return pending;
    }

    /** Nobody needs it any more. */
    public static void recycle(Pending pending) {
        assert !pending.pooled : "recycled twice";
        pending.clear();
        PendingPool pool = pending.pool;
        if (pool != null && pool.freeCount < MOST_FREE) {
            pending.next = pool.free;
            pool.free = pending;
            pool.freeCount++;
            pending.pooled = true;
        }
    }
}
