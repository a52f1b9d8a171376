package io.slotgate.topology.discovery;

import io.slotgate.topology.model.Health;
import io.slotgate.topology.model.SlotMap;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long after a refresh the next one comes. Stateless but for the random numbers that keep proxies out of step. */
final class RefreshPace {
    private static final Duration UNWELL = Duration.ofSeconds(1);
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

    /**
     * By what the map says: soon while nodes have never been asked, each second (where the interval is longer) while a
     * node is not up or slots have no owner, else at the regular time.
     */
    Duration after(SlotMap map, boolean hasStrangers) {
        if (hasStrangers) {
            return gap();
        }
        boolean well = map.coveredSlots() == SlotMap.SLOTS
                && map.nodes().stream().allMatch(node -> node.health() == Health.UP && !node.isProvisional());
        return well || settings.refreshInterval().compareTo(UNWELL) < 0 ? regular() : longer(UNWELL, gap());
    }

    /** After so many refreshes in a row, 1 or more, that nobody answered. */
    Duration afterFailures(int failures) {
        return longer(backoff.after(failures), gap());
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) >= 0 ? a : b;
    }
}
