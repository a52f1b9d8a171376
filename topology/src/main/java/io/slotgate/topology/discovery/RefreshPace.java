package io.slotgate.topology.discovery;

import io.slotgate.topology.model.Health;
import io.slotgate.topology.model.SlotMap;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long after a refresh the next one comes. Stateless but for the random numbers that keep proxies out of step. */
final class RefreshPace {
    private static final int UNWELL_GAPS = 2;
    private static final int ROUNDS_TO_EASE = 10;
    private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(5);
    private static final double JITTER = 0.1;

    private final DiscoverySettings settings;
    private final Backoff backoff;
    private final RandomGenerator random;

    RefreshPace(DiscoverySettings settings, RandomGenerator random) {
        this.settings = settings;
        this.backoff = new Backoff(settings.minRefreshGap(), LONGEST_BACKOFF, random);
        this.random = random;
    }

    /** Least time between two refreshes. */
    Duration gap() {
        return settings.minRefreshGap();
    }

    /** Of a cluster that is well: the interval, give or take a tenth. */
    Duration regular() {
        double factor = 1 - JITTER + 2 * JITTER * random.nextDouble();
        return Duration.ofNanos((long) (settings.refreshInterval().toNanos() * factor));
    }

    /** Whether every slot has an owner, and every node is known and up. */
    static boolean isWell(SlotMap map) {
        return map.coveredSlots() == SlotMap.SLOTS
                && map.nodes().stream().allMatch(node -> node.health() == Health.UP && !node.isProvisional());
    }

    /**
     * Of a cluster that has not been well for so many refreshes, 0 or more: at first every two gaps, for a failover is
     * a matter of seconds; then ever more seldom, one gap more with every ten refreshes, up to the interval, for a node
     * may stay away for days.
     */
    Duration unwell(int refreshes) {
        Duration pause = gap().multipliedBy(UNWELL_GAPS + refreshes / ROUNDS_TO_EASE);
        Duration interval = regular();
        return pause.compareTo(interval) < 0 ? longer(pause, gap()) : interval;
    }

    /** After so many refreshes in a row, 1 or more, that nobody answered. */
    Duration afterFailures(int failures) {
        return longer(backoff.after(failures), gap());
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) >= 0 ? a : b;
    }
}
