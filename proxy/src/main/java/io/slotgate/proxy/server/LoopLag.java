package io.slotgate.proxy.server;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** How late an event loop gets to what is due: the longest of the last 10 to 20 s. Confined to the loop. */
final class LoopLag {
    /** How often it has to look. */
    static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long SPAN_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final LongSupplier clock;
    private long due;
    private long spanEnds;
    private long before;
    private long longest;

    /** @param clock nanoseconds, as {@link System#nanoTime} */
    LoopLag(LongSupplier clock) {
        this.clock = clock;
        long now = clock.getAsLong();
        this.due = now + STEP_NANOS;
        this.spanEnds = now + SPAN_NANOS;
    }

    /** A tenth of a second has passed, or more. */
    void look() {
        long now = clock.getAsLong();
        longest = Math.max(longest, now - due);
        // Steps that were missed are not made up for.
        due = now + STEP_NANOS;
        if (now - spanEnds >= 0) {
            before = longest;
            longest = 0;
            spanEnds = now + SPAN_NANOS;
        }
    }

    long longestMicros() {
        return TimeUnit.NANOSECONDS.toMicros(Math.max(0, Math.max(before, longest)));
    }
}
