package io.slotgate.topology.discovery;

import io.slotgate.topology.model.HostPort;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the cluster is and how to get in.
 *
 * @param seeds addresses of some nodes, at least one
 * @param user ACL user, {@code null} for the default user
 * @param password its password, {@code null} where none is needed; never part of {@link #toString}
 * @param tls {@code null} for plain connections
 * @param connectTimeout time for connecting and the handshakes, more than zero
 * @param commandTimeout time for a node's answers, more than zero
 */
public record ClusterAccess(
        List<HostPort> seeds,
        @Nullable String user,
        @Nullable String password,
        @Nullable ClusterTls tls,
        Duration connectTimeout,
        Duration commandTimeout) {
    public ClusterAccess {
        seeds = List.copyOf(seeds);
        if (seeds.isEmpty()) {
            throw new IllegalArgumentException("seeds: [] (expected: at least one address)");
        }
        if (user != null && password == null) {
            throw new IllegalArgumentException("user: " + user + " without password (expected: both)");
        }
        DiscoverySettings.checkPositive("connect timeout", connectTimeout);
        DiscoverySettings.checkPositive("command timeout", commandTimeout);
    }

    @Override
    public String toString() {
        return "ClusterAccess[seeds=" + seeds + ", user=" + user + ", password=" + (password == null ? "none" : "***")
                + ", tls=" + tls + ", connectTimeout=" + connectTimeout + ", commandTimeout=" + commandTimeout + "]";
    }
}
