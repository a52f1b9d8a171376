package io.slotgate.proxy.config;

import java.time.Duration;

/**
 * How the slot map is kept fresh.
 *
 * @param refreshInterval between two periodic refreshes, 100 ms to 1 h
 * @param minRefreshGap least time between two refreshes, whatever asks for them, 0 to 1 min
 * @param probedNodes nodes asked in one refresh, 1..100
 * @param probeTimeout for one node's answer, 1 ms to 5 min
 */
public record TopologySettings(Duration refreshInterval, Duration minRefreshGap, int probedNodes,
        Duration probeTimeout) {
    public TopologySettings {
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
