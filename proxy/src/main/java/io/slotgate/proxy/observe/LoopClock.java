package io.slotgate.proxy.observe;

import java.util.function.LongSupplier;

/**
 * The time on one event loop, asked of the system once for whatever was read from one connection: {@link System#nanoTime}.
 * Confined to its loop.
 */
public final class LoopClock {
    private final LongSupplier time;
    private long now;
    private boolean fresh;

    public LoopClock() {
        this(System::nanoTime);
    }

    LoopClock(LongSupplier time) {
        this.time = time;
    }

    /** Bytes of one connection are about to be handled. */
    public void begin() {
        now = time.getAsLong();
        fresh = true;
    }

    /** They have been, or the turn of the loop is over: what comes next asks again. */
    public void end() {
        fresh = false;
    }

    /** The time as of the last {@link #begin}, or now if that is over; never 0. */
    public long now() {
        if (!fresh) {
            begin();
        }
        return now == 0 ? 1 : now;
    }
}
