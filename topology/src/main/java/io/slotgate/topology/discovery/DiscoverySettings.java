package io.slotgate.topology.discovery;

import io.slotgate.topology.model.ZoneRule;
import java.time.Duration;
import java.util.List;

/**
 * How often the cluster is asked.
 *
 * @param refreshInterval time between refreshes of a cluster that is well, more than zero
 * @param minRefreshGap least time between two refreshes, however many are asked for; more than zero, at most
 *        {@code refreshInterval}
 * @param probedNodes how many nodes a refresh asks, 1 or more; another node is asked for each that does not answer
 * @param zones which zone nodes are in that do not say so; the first that matches counts
 */
public record DiscoverySettings(Duration refreshInterval, Duration minRefreshGap, int probedNodes,
        List<ZoneRule> zones) {
    /** For nodes that say themselves which zone they are in, if any. */
    public DiscoverySettings(Duration refreshInterval, Duration minRefreshGap, int probedNodes) {
        this(refreshInterval, minRefreshGap, probedNodes, List.of());
    }

    public DiscoverySettings {
        zones = List.copyOf(zones);
        checkPositive("refresh interval", refreshInterval);
        checkPositive("min refresh gap", minRefreshGap);
        if (minRefreshGap.compareTo(refreshInterval) > 0) {
            throw new IllegalArgumentException(
                    "min refresh gap: " + minRefreshGap + " (expected: at most the refresh interval " + refreshInterval
                            + ")");
        }
        if (probedNodes < 1) {
            throw new IllegalArgumentException("probed nodes: " + probedNodes + " (expected: 1 or more)");
        }
    }

    static void checkPositive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: more than 0)");
        }
    }
}
