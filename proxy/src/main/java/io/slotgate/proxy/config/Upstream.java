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
 * @param answerTimeout how long a node may leave commands unanswered before it is probed, 100 ms to 5 min; it is given up if it
 * does not answer the probe either
 * @param replayWrites which writes are sent again although they may have been executed
 * @param channelsPerNode most connections to a node for each kind of channel that workers can share, 1 to 1024; 0: one for each
 * worker
 */
public record Upstream(List<HostPort> seeds, @Nullable String user, @Nullable Secret password,
        @Nullable UpstreamTls tls, Duration connectTimeout, Duration reconnectMin, Duration reconnectMax,
        Duration failoverPatience, Duration answerTimeout, ReplayWrites replayWrites, int channelsPerNode) {
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(2);

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
        problems.duration("answer-timeout", answerTimeout, Duration.ofMillis(100), Duration.ofMinutes(5));
        problems.range("channels-per-node", channelsPerNode, 0, 1024);
        problems.throwIfAny();
    }

    /** With a connection of its own for each worker. */
    public Upstream(List<HostPort> seeds, @Nullable String user, @Nullable Secret password, @Nullable UpstreamTls tls,
            Duration connectTimeout, Duration reconnectMin, Duration reconnectMax, Duration failoverPatience,
            Duration answerTimeout, ReplayWrites replayWrites) {
        this(seeds, user, password, tls, connectTimeout, reconnectMin, reconnectMax, failoverPatience, answerTimeout,
                replayWrites, 0);
    }

    /** With the usual time to answer. */
    public Upstream(List<HostPort> seeds, @Nullable String user, @Nullable Secret password, @Nullable UpstreamTls tls,
            Duration connectTimeout, Duration reconnectMin, Duration reconnectMax, Duration failoverPatience) {
        this(seeds, user, password, tls, connectTimeout, reconnectMin, reconnectMax, failoverPatience, ANSWER_TIMEOUT,
                ReplayWrites.NEVER);
    }

    /** The same for another user of the cluster. */
    public Upstream as(String otherUser, Secret otherPassword) {
        return new Upstream(seeds, otherUser, otherPassword, tls, connectTimeout, reconnectMin, reconnectMax,
                failoverPatience, answerTimeout, replayWrites, channelsPerNode);
    }

    /** The same with so many connections to a node for each kind of channel that workers can share; 0: one for each worker. */
    public Upstream withChannelsPerNode(int most) {
        return new Upstream(seeds, user, password, tls, connectTimeout, reconnectMin, reconnectMax, failoverPatience,
                answerTimeout, replayWrites, most);
    }

    /** Default settings for the cluster these nodes belong to. */
    public static Upstream to(List<HostPort> seeds) {
        return new Upstream(seeds, null, null, null, Duration.ofSeconds(2), Duration.ofMillis(50),
                Duration.ofSeconds(2), Duration.ofSeconds(10));
    }
}
