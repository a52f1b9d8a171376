package io.slotgate.topology.discovery;

import java.time.Duration;

/**
 * How often the cluster is asked.
 *
 * @param refreshInterval time between refreshes of a cluster that is well, more than zero
 * @param minRefreshGap least time between two refreshes, however many are asked for; more than zero, at most
 *        {@code refreshInterval}
 * @param probedNodes how many nodes a refresh asks, 1 or more; another node is asked for each that does not answer
 */
public record DiscoverySettings(Duration refreshInterval, Duration minRefreshGap, int probedNodes) {
    public DiscoverySettings {
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
