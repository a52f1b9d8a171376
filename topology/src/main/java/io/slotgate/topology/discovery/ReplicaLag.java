package io.slotgate.topology.discovery;

import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Node;
import io.slotgate.topology.model.Shard;
import io.slotgate.topology.model.SlotMap;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Tells which replicas are too far behind their primaries to be read from. Primaries are asked, for they alone know how long
 * their stream of writes is, and each tells of all its replicas at once. A replica that its primary does not have, or that has
 * no data set yet, is too far behind. Of a primary that does not answer nothing is concluded: what was known of its replicas
 * stays, so that reads go on while it is replaced. For the discovery thread.
 */
final class ReplicaLag {
    private long mostNanos;
    private final Consumer<Set<HostPort>> listener;
    private final Map<HostPort, LagBook> books = new HashMap<>();
    private final Map<HostPort, Long> behindNanos = new HashMap<>();
    private Set<HostPort> behind = Set.of();

    /** @param listener told, whenever it changes, which replicas (by their addresses in the slot map) must not be read from */
    ReplicaLag(Duration most, Consumer<Set<HostPort>> listener) {
        this.mostNanos = most.toNanos();
        this.listener = listener;
    }

    /** From now on a replica may be so far behind. */
    void most(Duration most) {
        mostNanos = most.toNanos();
        books.clear();
    }

    /** A primary has answered; {@code now} as of {@link System#nanoTime}. */
    void onReport(SlotMap map, Shard shard, ReplicationLine.Report report, long now) {
        LagBook book = books.computeIfAbsent(shard.primary().address(), address -> new LagBook(2 * mostNanos));
        book.sample(now, report.offset());
        Map<HostPort, ReplicationLine> told = new HashMap<>();
        for (ReplicationLine line : report.replicas()) {
            Node node = map.node(line.address());
            told.put(node == null ? line.address() : node.address(), line);
        }
        Set<HostPort> next = new HashSet<>(behind);
        for (Node replica : shard.replicas()) {
            ReplicationLine line = told.get(replica.address());
            long nanos = line == null || !line.online() ? Long.MAX_VALUE : book.behind(now, line.offset());
            behindNanos.put(replica.address(), nanos);
            boolean near = nanos <= mostNanos;
            if (near) {
                next.remove(replica.address());
            } else {
                next.add(replica.address());
            }
        }
        tell(next);
    }

    /** The cluster has changed: what is not in it is forgotten. */
    void follow(SlotMap map) {
        books.keySet().removeIf(address -> map.node(address) == null);
        behindNanos.keySet().removeIf(address -> map.node(address) == null);
        Set<HostPort> next = new HashSet<>(behind);
        next.removeIf(address -> map.node(address) == null);
        tell(next);
    }

    /** How far a replica was behind when its primary last told, in milliseconds; -1 if that is not known. */
    long behindMillis(HostPort replica) {
        long nanos = behindNanos.getOrDefault(replica, Long.MAX_VALUE);
        return nanos == Long.MAX_VALUE ? -1 : TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    private void tell(Set<HostPort> next) {
        if (!next.equals(behind)) {
            behind = Set.copyOf(next);
            listener.accept(behind);
        }
    }
}
