package io.slotgate.proxy.metrics;

/** Everything a worker counts; the names are those of {@code /metrics}, with dots for underscores. */
public enum Metric {
    REQUESTS("slotgate.requests", "Commands read from clients", Kind.COUNTER),
    REPLIES("slotgate.replies", "Replies of nodes passed to clients or merged", Kind.COUNTER),
    SPLITS("slotgate.requests.split", "Commands split or broadcast over several slots or nodes", Kind.COUNTER),
    REFUSED("slotgate.requests.refused", "Commands answered with an error of Slotgate's own", Kind.COUNTER),
    UNKNOWN("slotgate.requests.unknown", "Commands of names that no node knows", Kind.COUNTER),
    CLIENT_BYTES_IN("slotgate.client.read.bytes", "Bytes of commands read from clients", Kind.COUNTER),
    CLIENT_BYTES_OUT("slotgate.client.written.bytes", "Bytes of replies written to clients", Kind.COUNTER),
    SESSIONS("slotgate.sessions", "Client connections open", Kind.GAUGE),
    SESSIONS_OPENED("slotgate.sessions.opened", "Client connections accepted", Kind.COUNTER),
    PROTOCOL_ERRORS("slotgate.sessions.protocol.errors", "Client connections closed for malformed input", Kind.COUNTER),
    SLOW_CLIENTS("slotgate.sessions.slow.closed", "Client connections closed because they did not read", Kind.COUNTER),
    HANDSHAKES_BEGUN("slotgate.handshakes.begun", "TLS handshakes given to an engine", Kind.COUNTER),
    HANDSHAKES_FINISHED("slotgate.handshakes.finished", "TLS handshakes that succeeded", Kind.COUNTER),
    HANDSHAKES_FAILED("slotgate.handshakes.failed",
            "Client connections lost before their session: TLS errors, refused certificates, clients that left",
            Kind.COUNTER),
    HANDSHAKES_TIMED_OUT("slotgate.handshakes.expired",
            "Client connections closed because their handshake took too long",
            Kind.COUNTER),
    PLAIN_TEXT("slotgate.handshakes.plain.text", "Client connections closed because they did not speak TLS",
            Kind.COUNTER),
    HANDSHAKES_WAITING("slotgate.handshakes.waiting", "Client connections that wait for their turn", Kind.GAUGE),
    HANDSHAKES_UNDER_WAY("slotgate.handshakes.active", "TLS handshakes that hold an engine", Kind.GAUGE),
    OUTPUT_BYTES("slotgate.sessions.output.bytes", "Replies waiting for clients to read them, in bytes", Kind.GAUGE),
    PENDING("slotgate.upstream.pending", "Commands sent to nodes and not answered yet", Kind.GAUGE),
    KEPT_BYTES("slotgate.upstream.kept.bytes", "Bytes of commands kept until they are answered", Kind.GAUGE),
    UPSTREAM_READY("slotgate.upstream.channels", "Channels to nodes that are ready", Kind.GAUGE),
    UPSTREAM_CONNECTS("slotgate.upstream.connects", "Connections to nodes opened", Kind.COUNTER),
    UPSTREAM_FAILURES("slotgate.upstream.failures", "Connections to nodes refused, lost or cut", Kind.COUNTER),
    UPSTREAM_HUNG("slotgate.upstream.hung",
            "Connections to nodes cut because the node answered neither commands nor a probe", Kind.COUNTER),
    MOVED("slotgate.redirects.moved", "MOVED answers followed", Kind.COUNTER),
    ASK("slotgate.redirects.ask", "ASK answers followed", Kind.COUNTER),
    RETRIED("slotgate.redirects.retried", "Commands sent again after they had to wait", Kind.COUNTER),
    REPLAYED("slotgate.replays",
            "Commands sent again because a connection was lost before they were answered", Kind.COUNTER),
    PARKED("slotgate.parked", "Commands waiting for their slot to have a reachable owner", Kind.GAUGE),
    PARKED_BYTES("slotgate.parked.bytes", "Bytes of commands waiting for their slot to have a reachable owner",
            Kind.GAUGE),
    EVER_PARKED("slotgate.parked.commands", "Commands that had to wait for their slot to have a reachable owner",
            Kind.COUNTER),
    PARKED_REFUSED("slotgate.parked.refused",
            "Commands whose slot had no reachable owner, and for which there was no room to wait (limits.parked-bytes-per-worker)",
            Kind.COUNTER),
    PARKED_EXPIRED("slotgate.parked.expired", "Commands whose slot had no reachable owner in time", Kind.COUNTER),
    UNCERTAIN("slotgate.writes.uncertain", "Writes in flight on a lost connection, answered UNCERTAIN", Kind.COUNTER),
    LEASES("slotgate.leases", "Connections to nodes that sessions hold alone, to block or watch", Kind.GAUGE),
    LEASES_WAITING("slotgate.leases.waiting", "Sessions that wait for a connection of their own", Kind.GAUGE),
    LEASES_REFUSED("slotgate.leases.refused",
            "Sessions told that no connection of their own is to be had (limits.leases-per-node)", Kind.COUNTER),
    REPLAYED_WRITES("slotgate.writes.replayed",
            "Writes in flight on a lost connection, sent again (upstream.replay-writes)", Kind.COUNTER),
    UPLOADS("slotgate.streams.requests", "Commands too large to keep, streamed to their node", Kind.COUNTER),
    DOWNLOADS("slotgate.streams.replies", "Replies too large to keep, streamed to their client", Kind.COUNTER),
    TRANSACTIONS("slotgate.transactions", "Transactions sent to nodes", Kind.COUNTER),
    CONFLICTS("slotgate.transactions.unguarded",
            "Transactions answered as a conflict because what watched their keys was lost or redirected", Kind.COUNTER),
    QUEUED_BYTES("slotgate.transactions.queued.bytes", "Bytes of commands queued between MULTI and EXEC", Kind.GAUGE),
    SUBSCRIPTIONS("slotgate.pubsub.subscriptions", "Subscriptions of clients to channels and patterns", Kind.GAUGE),
    SUBSCRIPTION_BYTES("slotgate.pubsub.subscription.bytes", "Memory reckoned for the subscriptions of clients",
            Kind.GAUGE),
    PUBSUB_TOPICS("slotgate.pubsub.upstream.subscriptions",
            "Channels and patterns the nodes have us down for, one for all clients; counted on the first worker",
            Kind.GAUGE),
    PUBSUB_RESUBSCRIBED("slotgate.pubsub.resubscribed",
            "Subscriptions taken up again after a node was lost or a slot moved", Kind.COUNTER),
    PUBSUB_MESSAGES("slotgate.pubsub.delivered", "Messages passed to subscribers", Kind.COUNTER),
    PUBSUB_QUEUED_BYTES("slotgate.pubsub.queued.bytes", "Messages on their way to a worker, in bytes", Kind.GAUGE),
    SLOW_SUBSCRIBERS("slotgate.pubsub.slow.closed", "Subscribers closed because they did not read their messages",
            Kind.COUNTER),
    TRACKING_SESSIONS("slotgate.tracking.sessions", "Clients that track keys", Kind.GAUGE),
    TRACKED_KEYS("slotgate.tracking.keys", "Keys that clients have read and track, once for each client", Kind.GAUGE),
    TRACKED_BYTES("slotgate.tracking.key.bytes", "Memory reckoned for the keys that are tracked", Kind.GAUGE),
    TRACKING_QUEUED_BYTES("slotgate.tracking.queued.bytes", "Invalid keys on their way to a worker, in bytes",
            Kind.GAUGE),
    INVALIDATIONS("slotgate.tracking.invalidations", "Invalid keys told to clients that track", Kind.COUNTER),
    TRACKING_FLUSHES("slotgate.tracking.flushes",
            "Times that everything was told to be invalid: FLUSHALL, or a node that could not say what changed",
            Kind.COUNTER),
    TRACKING_EVICTED("slotgate.tracking.evicted",
            "Keys told to be invalid because there was no room to track them (limits.tracking)", Kind.COUNTER),
    SCRIPTS_KNOWN("slotgate.scripts.known", "Scripts kept to be loaded where they are missing", Kind.GAUGE),
    SCRIPT_BYTES("slotgate.scripts.bytes", "Bytes of the scripts that are kept; workers share them", Kind.GAUGE),
    SCRIPTS_LOADED("slotgate.scripts.loaded", "Scripts told to nodes in front of the first EVALSHA on a connection",
            Kind.COUNTER),
    SCRIPTS_DROPPED("slotgate.scripts.dropped", "Scripts no longer kept because others needed the room", Kind.COUNTER),
    UPSTREAM_USERS("slotgate.upstream.users",
            "Users of the cluster, and databases other than 0, that have channels of their own", Kind.GAUGE),
    LOGINS_REFUSED("slotgate.logins.refused", "Logins as users of the cluster that came to nothing", Kind.COUNTER),
    READS_IN_ZONE("slotgate.reads.zone", "Reads sent to a replica in our own zone", Kind.COUNTER),
    READS_AT_NEAR_PRIMARY("slotgate.reads.zone.primary",
            "Reads that might have gone to a replica and went to the primary, because it is the nearest", Kind.COUNTER),
    READS_ACROSS_ZONES("slotgate.reads.other.zone",
            "Reads sent to a replica in another zone, because none in ours could be read from", Kind.COUNTER),
    READS_AT_PRIMARY("slotgate.reads.primary",
            "Reads that might have gone to a replica and went to a primary in another zone, because none could be read from",
            Kind.COUNTER),
    READS_REFUSED("slotgate.reads.refused", "Reads that a replica could not answer, sent to the primary", Kind.COUNTER),
    COMMANDS_ACROSS_ZONES("slotgate.commands.other.zone",
            "Commands sent to nodes known to be in another zone, whatever for", Kind.COUNTER),
    DRAINED("slotgate.sessions.drained", "Client connections closed between commands because the proxy stops",
            Kind.COUNTER),
    KILLED("slotgate.sessions.killed", "Client connections closed by CLIENT KILL", Kind.COUNTER),
    HELD("slotgate.commands.held", "Commands held back by CLIENT PAUSE", Kind.COUNTER),
    SLOW_COMMANDS("slotgate.commands.slow", "Commands that took as long as slowlog.log-slower-than, or longer",
            Kind.COUNTER),
    TRUNKS("slotgate.upstream.trunks", "Connections to nodes that workers share (upstream.channels-per-node)",
            Kind.GAUGE),
    HANDED_OFF("slotgate.upstream.handed.off", "Commands sent by the connection of another worker", Kind.COUNTER),
    HANDOFF_PAUSES("slotgate.upstream.handoff.pauses",
            "Times that a shared connection was not read because a worker had 16 MiB of replies to take",
            Kind.COUNTER),
    LOOP_LAG("slotgate.worker.lag.micros", "Longest that a task of the event loop had to wait in the last 10 to 20 s",
            Kind.GAUGE),
    MONITORS("slotgate.sessions.monitors", "Clients that see what nodes do (MONITOR)", Kind.GAUGE);

    /** How a value behaves: counters only grow. */
    public enum Kind {
        COUNTER, GAUGE
    }

    private final String id;
    private final String help;
    private final Kind kind;

    Metric(String id, String help, Kind kind) {
        this.id = id;
        this.help = help;
        this.kind = kind;
    }

    /** Dotted name, as Micrometer wants it. */
    public String id() {
        return id;
    }

    public String help() {
        return help;
    }

    public Kind kind() {
        return kind;
    }
}
