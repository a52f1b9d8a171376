package io.slotgate.proxy.metrics;

import java.util.EnumMap;
import java.util.Map;

/**
 * One worker's figures: plain fields, written by its event loop alone and read there too ({@link #snapshot}), so that
 * counting costs an addition and nothing else.
 */
public final class WorkerCounters {
    public long requests;
    public long replies;
    public long splits;
    public long unknown;
    public long refused;
    public long clientBytesIn;
    public long clientBytesOut;
    public long sessions;
    public long sessionsOpened;
    public long protocolErrors;
    public long slowClients;
    public long handshakesBegun;
    public long handshakesFinished;
    public long handshakesFailed;
    public long handshakesTimedOut;
    public long plainText;
    public long handshakesWaiting;
    public long handshakesUnderWay;
    public long outputBytes;
    public long pending;
    public long keptBytes;
    public long upstreamReady;
    public long upstreamConnects;
    public long upstreamFailures;
    public long upstreamHung;
    public long moved;
    public long ask;
    public long retried;
    public long parked;
    public long everParked;
    public long replayed;
    public long parkedExpired;
    public long parkedBytes;
    public long parkedRefused;
    public long uncertain;
    public long replayedWrites;
    public long leases;
    public long leasesWaiting;
    public long leasesRefused;
    public long uploads;
    public long downloads;
    public long transactions;
    public long queuedBytes;
    public long conflicts;
    public long subscriptions;
    public long subscriptionBytes;
    public long pubsubTopics;
    public long pubsubResubscribed;
    public long pubsubMessages;
    public long pubsubQueuedBytes;
    public long slowSubscribers;
    public long trackingSessions;
    public long trackedKeys;
    public long trackedBytes;
    public long trackingQueuedBytes;
    public long invalidations;
    public long trackingFlushes;
    public long trackingEvicted;
    public long scriptsKnown;
    public long scriptBytes;
    public long scriptsLoaded;
    public long scriptsDropped;

    public long upstreamUsers;
    public long loginsRefused;
    public long readsInZone;
    public long readsAtNearPrimary;
    public long readsAcrossZones;
    public long readsAtPrimary;
    public long readsRefused;
    public long commandsAcrossZones;
    public long drained;
    public long killed;
    public long held;
    public long slowCommands;
    public long trunks;
    public long handedOff;
    public long handoffPauses;
    public long loopLagMicros;
    public long monitors;

    /** All figures as they are now; on the worker's event loop. */
    public Map<Metric, Long> snapshot() {
        Map<Metric, Long> values = new EnumMap<>(Metric.class);
        for (Metric metric : Metric.values()) {
            values.put(metric, get(metric));
        }
        return values;
    }

    private long get(Metric metric) {
        return switch (metric) {
            case REQUESTS -> requests;
            case REPLIES -> replies;
            case SPLITS -> splits;
            case REFUSED -> refused;
            case UNKNOWN -> unknown;
            case CLIENT_BYTES_IN -> clientBytesIn;
            case CLIENT_BYTES_OUT -> clientBytesOut;
            case SESSIONS -> sessions;
            case SESSIONS_OPENED -> sessionsOpened;
            case PROTOCOL_ERRORS -> protocolErrors;
            case SLOW_CLIENTS -> slowClients;
            case HANDSHAKES_BEGUN -> handshakesBegun;
            case HANDSHAKES_FINISHED -> handshakesFinished;
            case HANDSHAKES_FAILED -> handshakesFailed;
            case HANDSHAKES_TIMED_OUT -> handshakesTimedOut;
            case PLAIN_TEXT -> plainText;
            case HANDSHAKES_WAITING -> handshakesWaiting;
            case HANDSHAKES_UNDER_WAY -> handshakesUnderWay;
            case OUTPUT_BYTES -> outputBytes;
            case PENDING -> pending;
            case KEPT_BYTES -> keptBytes;
            case UPSTREAM_READY -> upstreamReady;
            case UPSTREAM_CONNECTS -> upstreamConnects;
            case UPSTREAM_FAILURES -> upstreamFailures;
            case UPSTREAM_HUNG -> upstreamHung;
            case MOVED -> moved;
            case ASK -> ask;
            case RETRIED -> retried;
            case PARKED -> parked;
            case PARKED_BYTES -> parkedBytes;
            case PARKED_REFUSED -> parkedRefused;
            case EVER_PARKED -> everParked;
            case REPLAYED -> replayed;
            case PARKED_EXPIRED -> parkedExpired;
            case UNCERTAIN -> uncertain;
            case REPLAYED_WRITES -> replayedWrites;
            case LEASES -> leases;
            case LEASES_WAITING -> leasesWaiting;
            case LEASES_REFUSED -> leasesRefused;
            case READS_IN_ZONE -> readsInZone;
            case READS_AT_NEAR_PRIMARY -> readsAtNearPrimary;
            case READS_ACROSS_ZONES -> readsAcrossZones;
            case READS_AT_PRIMARY -> readsAtPrimary;
            case READS_REFUSED -> readsRefused;
            case COMMANDS_ACROSS_ZONES -> commandsAcrossZones;
            case DRAINED -> drained;
            case KILLED -> killed;
            case HELD -> held;
            case SLOW_COMMANDS -> slowCommands;
            case TRUNKS -> trunks;
            case HANDED_OFF -> handedOff;
            case HANDOFF_PAUSES -> handoffPauses;
            case LOOP_LAG -> loopLagMicros;
            case MONITORS -> monitors;
            case UPLOADS -> uploads;
            case DOWNLOADS -> downloads;
            case TRANSACTIONS -> transactions;
            case QUEUED_BYTES -> queuedBytes;
            case CONFLICTS -> conflicts;
            case SUBSCRIPTIONS -> subscriptions;
            case SUBSCRIPTION_BYTES -> subscriptionBytes;
            case PUBSUB_TOPICS -> pubsubTopics;
            case PUBSUB_RESUBSCRIBED -> pubsubResubscribed;
            case PUBSUB_MESSAGES -> pubsubMessages;
            case PUBSUB_QUEUED_BYTES -> pubsubQueuedBytes;
            case SLOW_SUBSCRIBERS -> slowSubscribers;
            case TRACKING_SESSIONS -> trackingSessions;
            case TRACKED_KEYS -> trackedKeys;
            case TRACKED_BYTES -> trackedBytes;
            case TRACKING_QUEUED_BYTES -> trackingQueuedBytes;
            case INVALIDATIONS -> invalidations;
            case TRACKING_FLUSHES -> trackingFlushes;
            case TRACKING_EVICTED -> trackingEvicted;
            case SCRIPTS_KNOWN -> scriptsKnown;
            case SCRIPT_BYTES -> scriptBytes;
            case SCRIPTS_LOADED -> scriptsLoaded;
            case SCRIPTS_DROPPED -> scriptsDropped;
            case UPSTREAM_USERS -> upstreamUsers;
            case LOGINS_REFUSED -> loginsRefused;
        };
    }
}
