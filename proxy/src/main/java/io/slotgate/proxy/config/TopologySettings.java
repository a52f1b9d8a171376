package io.slotgate.proxy.config;

import io.slotgate.topology.model.ZoneRule;
import java.time.Duration;
import java.util.List;

/**
 * How the slot map is kept fresh.
 *
 * @param refreshInterval between two periodic refreshes, 100 ms to 1 h
 * @param minRefreshGap least time between two refreshes, whatever asks for them, 0 to 1 min
 * @param probedNodes nodes asked in one refresh, 1..100
 * @param probeTimeout for one node's answer, 1 ms to 5 min
 * @param zones which zone nodes are in that do not say so; the first that matches counts
 */
public record TopologySettings(Duration refreshInterval, Duration minRefreshGap, int probedNodes,
        Duration probeTimeout, List<ZoneRule> zones) {
    /** For nodes that say themselves which zone they are in, if any. */
    public TopologySettings(Duration refreshInterval, Duration minRefreshGap, int probedNodes, Duration probeTimeout) {
        this(refreshInterval, minRefreshGap, probedNodes, probeTimeout, List.of());
    }

    public TopologySettings {
        zones = List.copyOf(zones);
        Problems problems = new Problems();
        problems.duration("refresh-interval", refreshInterval, Duration.ofMillis(100), Duration.ofHours(1));
        problems.duration("min-refresh-gap", minRefreshGap, Duration.ZERO, Duration.ofMinutes(1));
        if (minRefreshGap.compareTo(refreshInterval) > 0) {
            problems.unexpected("min-refresh-gap", Units.duration(minRefreshGap),
                    "at most refresh-interval, " + Units.duration(refreshInterval));
        }
        problems.range("probed-nodes", probedNodes, 1, 100);
        problems.duration("probe-timeout", probeTimeout, Duration.ofMillis(1), Duration.ofMinutes(5));
        problems.throwIfAny();
    }

    public static TopologySettings defaults() {
        return new TopologySettings(Duration.ofSeconds(10), Duration.ofMillis(100), 3, Duration.ofSeconds(2));
    }
}
