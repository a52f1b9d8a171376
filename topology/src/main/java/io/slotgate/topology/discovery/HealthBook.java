package io.slotgate.topology.discovery;

import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Node;
import io.slotgate.topology.model.NodeFigures;
import io.slotgate.topology.model.NodeHealth;
import io.slotgate.topology.model.Shard;
import io.slotgate.topology.model.SlotMap;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What probes tell of each node's health. Written by the discovery thread, which publishes each change as an immutable map;
 * read by any. Bounded by the nodes of the slot map.
 */
final class HealthBook {
    private static final long UNKNOWN = -1;
    /** Of five parts of the average the last probe is one. */
    private static final int MEAN_OF = 5;

    private final InstantSource clock;
    private volatile Map<HostPort, Entry> entries = Map.of();

    private record Entry(BooleanSupplier connected, long probeMicros, long meanProbeMicros,
            @Nullable Instant lastAnswer,
            @Nullable String failure, @Nullable NodeFigures figures, long lagBytes, long lagMillis) {
        static final Entry NONE = new Entry(() -> false, UNKNOWN, UNKNOWN, null, null, null, UNKNOWN, UNKNOWN);

        Entry answered(BooleanSupplier connection, long micros, Instant at, @Nullable NodeFigures told) {
            long mean = meanProbeMicros < 0 ? micros : meanProbeMicros + (micros - meanProbeMicros) / MEAN_OF;
            return new Entry(connection, micros, mean, at, null, told == null ? figures : told, lagBytes, lagMillis);
        }

        Entry failed(String reason) {
            return new Entry(connected, probeMicros, meanProbeMicros, lastAnswer, reason, figures, lagBytes, lagMillis);
        }

        Entry behind(long bytes, long millis) {
            return new Entry(connected, probeMicros, meanProbeMicros, lastAnswer, failure, figures, bytes, millis);
        }
    }

    HealthBook(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * A node has answered a probe.
     *
     * @param connection says whether the connection still stands; asked on any thread
     * @param figures {@code null} if it did not tell any
     */
    void onAnswer(HostPort node, BooleanSupplier connection, long micros, @Nullable NodeFigures figures) {
        put(node, entry(node).answered(connection, micros, clock.instant(), figures));
    }

    /** A node has not answered a probe, or with an error. */
    void onFailure(HostPort node, Throwable failure) {
        put(node, entry(node).failed(failure.toString()));
    }

    /**
     * A primary has told how far its replicas are.
     *
     * @param lag milliseconds by which replicas are behind, {@code null} where nobody keeps an account of that
     */
    void onReport(SlotMap map, Shard shard, ReplicationLine.Report report, @Nullable ReplicaLag lag) {
        Map<HostPort, Long> bytes = new HashMap<>();
        for (ReplicationLine line : report.replicas()) {
            Node node = map.node(line.address());
            if (line.online() && node != null) {
                bytes.put(node.address(), Math.max(0, report.offset() - line.offset()));
            }
        }
        Map<HostPort, Entry> next = new HashMap<>(entries);
        for (Node replica : shard.replicas()) {
            HostPort address = replica.address();
            next.put(address, entry(address).behind(bytes.getOrDefault(address, UNKNOWN),
                    lag == null || !bytes.containsKey(address) ? UNKNOWN : lag.behindMillis(address)));
        }
        entries = Map.copyOf(next);
    }

    /** The cluster looks like this: other nodes are forgotten, and of those that became primaries that they lagged. */
    void follow(SlotMap map) {
        Set<HostPort> nodes = new HashSet<>();
        map.nodes().forEach(node -> nodes.add(node.address()));
        Map<HostPort, Entry> next = new HashMap<>(entries);
        next.keySet().retainAll(nodes);
        for (Shard shard : map.shards()) {
            next.computeIfPresent(shard.primary().address(), (address, entry) -> entry.behind(UNKNOWN, UNKNOWN));
        }
        entries = Map.copyOf(next);
    }

    /** As of now, by address; nodes that were never asked are missing. Any thread. */
    Map<HostPort, NodeHealth> snapshot() {
        Map<HostPort, NodeHealth> healths = new HashMap<>();
        entries.forEach((address, entry) -> healths.put(address,
                new NodeHealth(address, entry.connected().getAsBoolean(), entry.probeMicros(), entry.meanProbeMicros(),
                        entry.lastAnswer(), entry.failure(), entry.figures(), entry.lagBytes(), entry.lagMillis())));
        return Map.copyOf(healths);
    }

    private Entry entry(HostPort node) {
        return entries.getOrDefault(node, Entry.NONE);
    }

    private void put(HostPort node, Entry entry) {
        Map<HostPort, Entry> next = new HashMap<>(entries);
        next.put(node, entry);
        entries = Map.copyOf(next);
    }
}
