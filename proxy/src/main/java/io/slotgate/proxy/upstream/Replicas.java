package io.slotgate.proxy.upstream;

import io.slotgate.proxy.metrics.WorkerCounters;
import io.slotgate.proxy.upstream.ChannelKey.Lane;
import io.slotgate.proxy.worker.Worker;
import io.slotgate.topology.model.Health;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Node;
import io.slotgate.topology.model.Role;
import io.slotgate.topology.model.Shard;
import io.slotgate.topology.model.SlotMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A worker's channels to replicas, by slot, for reads that may go there: to one in our zone, else to the primary if that is in our
 * zone, else to any other replica, else to the primary after all, which the caller sees to. Left out are replicas that are not well, that lag too far behind, or that have just
 * refused to answer. Connected to only once somebody reads from replicas. Confined to its worker.
 */
public final class Replicas {
    private static final long DISTRUST_MILLIS = 1000;

    private final Worker worker;
    private final Upstreams upstreams;
    private final ReplicaSet[] resp2BySlot = new ReplicaSet[SlotMap.SLOTS];
    private final ReplicaSet[] resp3BySlot = new ReplicaSet[SlotMap.SLOTS];
    private final Set<HostPort> distrusted = new HashSet<>();
    private Set<HostPort> behind = Set.of();
    private @Nullable String ownZone;
    // Written by the worker only.
    private volatile boolean resp2Used;
    private volatile boolean resp3Used;

    Replicas(Worker worker, Upstreams upstreams) {
        this.worker = worker;
        this.upstreams = upstreams;
    }

    /** Says where we are; null: nobody knows, and all replicas are equally near. */
    public void zone(@Nullable String zone) {
        ownZone = zone;
        refill();
    }

    /** Says which replicas must not be read from because they are too far behind. */
    public void behind(Set<HostPort> nodes) {
        if (!behind.equals(nodes)) {
            behind = Set.copyOf(nodes);
            refill();
        }
    }

    /** A replica answered that it can't: it is left alone for a second. */
    public void distrust(UpstreamChannel channel) {
        HostPort node = channel.key().node();
        if (distrusted.add(node)) {
            refill();
            worker.loop().schedule(() -> {
                distrusted.remove(node);
                refill();
            }, DISTRUST_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /**
     * Where to read keys of {@code slot}; null: at the primary.
     *
     * @param nearOnly whether only a replica in our own zone will do
     */
    public @Nullable UpstreamChannel forRead(int protocol, int slot, boolean nearOnly) {
        use(protocol);
        WorkerCounters counters = worker.counters();
        ReplicaSet replicas = protocol == 2 ? resp2BySlot[slot] : resp3BySlot[slot];
        UpstreamChannel near = replicas.near();
        if (near != null) {
            counters.readsInZone++;
            return near;
        }
        if (replicas.primaryNear()) {
            counters.readsAtNearPrimary++;
            return null;
        }
        UpstreamChannel far = nearOnly ? null : replicas.far();
        if (far != null) {
            counters.readsAcrossZones++;
        } else {
            counters.readsAtPrimary++;
        }
        return far;
    }

    private void use(int protocol) {
        if (protocol == 2 ? !resp2Used : !resp3Used) {
            if (protocol == 2) {
                resp2Used = true;
            } else {
                resp3Used = true;
            }
            refill();
        }
    }

    /** Whether somebody has read from replicas. Any thread. */
    public boolean used() {
        return resp2Used || resp3Used;
    }

    /** The slot map is another one. */
    void refill() {
        if (resp2Used) {
            fill(resp2BySlot, 2);
        }
        if (resp3Used) {
            fill(resp3BySlot, 3);
        }
    }

    private void fill(ReplicaSet[] bySlot, int protocol) {
        Arrays.fill(bySlot, ReplicaSet.NONE);
        SlotMap map = upstreams.map();
        Shard last = null;
        ReplicaSet replicas = ReplicaSet.NONE;
        for (int slot = 0; slot < SlotMap.SLOTS; slot++) {
            Shard shard = map.shard(slot);
            // Slots of one shard mostly lie together: a set for each run of them.
            if (shard != last) {
                last = shard;
                replicas = shard == null ? ReplicaSet.NONE : of(shard, protocol);
            }
            bySlot[slot] = replicas;
        }
    }

    private ReplicaSet of(Shard shard, int protocol) {
        List<UpstreamChannel> near = new ArrayList<>();
        List<UpstreamChannel> far = new ArrayList<>();
        for (Node replica : shard.replicas()) {
            if (replica.health() != Health.UP || behind.contains(replica.address())
                    || distrusted.contains(replica.address())) {
                continue;
            }
            UpstreamChannel channel = upstreams
                    .channel(new ChannelKey(replica.address(), protocol, Lane.REPLICA, 0));
            channel.connect();
            (isNear(replica) ? near : far).add(channel);
        }
        return new ReplicaSet(near, far, ownZone != null && isNear(shard.primary()));
    }

    private boolean isNear(Node node) {
        return ownZone == null || ownZone.equals(node.zone());
    }

    /** Whether commands to this node leave our zone, as far as is known. */
    boolean isElsewhere(@Nullable Node node) {
        return ownZone != null && node != null && node.zone() != null && !ownZone.equals(node.zone());
    }

    /** Whether a channel to this node as a replica is wanted. */
    static boolean isReplica(@Nullable Node node) {
        return node != null && node.role() == Role.REPLICA;
    }
}
