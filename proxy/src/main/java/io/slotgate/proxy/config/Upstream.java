package io.slotgate.proxy.config;

import io.slotgate.topology.model.HostPort;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The cluster behind the proxy and how its nodes are reached.
 *
 * @param seeds nodes asked first for the topology, at least one
 * @param user name to AUTH with; null for the default user
 * @param password to AUTH with; null for none
 * @param tls null to connect without TLS
 * @param connectTimeout for one attempt, its handshake included, 1 ms to 5 min
 * @param reconnectMin wait before the second attempt; doubles with every further one, 1 ms to 5 min
 * @param reconnectMax where the wait stops growing, 1 ms to 1 h
 * @param failoverPatience how long a command waits for its slot to have a reachable owner, 0 to 1 h
 */
public record Upstream(List<HostPort> seeds, @Nullable String user, @Nullable Secret password,
        @Nullable UpstreamTls tls, Duration connectTimeout, Duration reconnectMin, Duration reconnectMax,
        Duration failoverPatience) {
    public Upstream {
        seeds = List.copyOf(seeds);
        Problems problems = new Problems();
        if (seeds.isEmpty()) {
            problems.unexpected("seeds", "none", "at least one host:port of a cluster node");
        }
        if (user != null) {
            problems.word("user", user);
            if (password == null) {
                problems.unexpected("user", Units.quoted(user), "together with password-file or password-env");
            }
        }
        problems.duration("connect-timeout", connectTimeout, Duration.ofMillis(1), Duration.ofMinutes(5));
        problems.duration("reconnect-min", reconnectMin, Duration.ofMillis(1), Duration.ofMinutes(5));
        problems.duration("reconnect-max", reconnectMax, Duration.ofMillis(1), Duration.ofHours(1));
        if (reconnectMax.compareTo(reconnectMin) < 0) {
            problems.unexpected("reconnect-max", Units.duration(reconnectMax),
                    "at least reconnect-min, " + Units.duration(reconnectMin));
        }
        problems.duration("failover-patience", failoverPatience, Duration.ZERO, Duration.ofHours(1));
        problems.throwIfAny();
    }

    /** Default settings for the cluster these nodes belong to. */
    public static Upstream to(List<HostPort> seeds) {
        return new Upstream(seeds, null, null, null, Duration.ofSeconds(2), Duration.ofMillis(50),
                Duration.ofSeconds(2), Duration.ofSeconds(10));
    }
}
