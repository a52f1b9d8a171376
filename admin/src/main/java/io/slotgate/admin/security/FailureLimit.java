package io.slotgate.admin.security;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Slows down who guesses tokens: after so many failures within a minute an address has to wait until the first of them is a minute old.
 * Addresses are remembered up to a bound, the one that was silent for longest goes first. Any thread.
 */
public final class FailureLimit {
    static final int ADDRESSES = 1024;
    private static final long WINDOW_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final int most;
    private final LongSupplier clock;
    private final Map<String, Failures> addresses = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
            return size() > ADDRESSES;
        }
    };

    private static final class Failures {
        private long since;
        private int count;
    }

    /**
     * @param most failures within a minute, 1 or more
     * @param clock nanoseconds, as {@link System#nanoTime}
     */
    public FailureLimit(int most, LongSupplier clock) {
        this.most = most;
        this.clock = clock;
    }

    /** How long this address has to wait, in seconds; 0 if it may try. */
    synchronized long waitSeconds(String address) {
        Failures failures = addresses.get(address);
        if (failures == null || failures.count < most) {
            return 0;
        }
        long left = WINDOW_NANOS - (clock.getAsLong() - failures.since);
        if (left <= 0) {
            addresses.remove(address);
            return 0;
        }
        return TimeUnit.NANOSECONDS.toSeconds(left) + 1;
    }

    synchronized void failed(String address) {
        Failures failures = addresses.computeIfAbsent(address, unknown -> new Failures());
        long now = clock.getAsLong();
        if (failures.count == 0 || now - failures.since >= WINDOW_NANOS) {
            failures.since = now;
            failures.count = 0;
        }
        failures.count++;
    }
}
