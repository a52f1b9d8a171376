package io.slotgate.topology.discovery;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Delays between attempts that fail: from {@code least}, doubling up to {@code most}, each cut by up to a half at random
 * so that many proxies do not ask in step.
 */
final class Backoff {
    private static final int MOST_DOUBLINGS = 20;

    private final Duration least;
    private final Duration most;
    private final RandomGenerator random;

    Backoff(Duration least, Duration most, RandomGenerator random) {
        this.least = least;
        this.most = most;
        this.random = random;
    }

    /** Delay after so many failures in a row, 1 or more: between a half and the whole of the doubled delay. */
    Duration after(int failures) {
        long whole = least.toNanos() << Math.min(failures - 1, MOST_DOUBLINGS);
        long capped = Math.min(whole < 0 ? Long.MAX_VALUE : whole, most.toNanos());
        return Duration.ofNanos(capped / 2 + random.nextLong(capped / 2 + 1));
    }
}
