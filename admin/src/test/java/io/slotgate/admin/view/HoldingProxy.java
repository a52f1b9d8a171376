package io.slotgate.admin.view;

import io.slotgate.topology.discovery.FailoverMode;
import io.slotgate.topology.model.Health;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Node;
import io.slotgate.topology.model.Role;
import io.slotgate.topology.model.Shard;
import io.slotgate.topology.model.SlotMap;
import io.slotgate.topology.model.SlotRange;
import java.util.concurrent.CompletableFuture;

/** A proxy of a cluster that is well, whose replica can be had not to answer when it is told to take over. */
public final class HoldingProxy extends FakeProxy {
    /** While this is so, failovers wait for an answer that doesn't come. */
    public volatile boolean holding;

    public HoldingProxy() {
        slots = SlotMap.builder().version(7)
                .shard(new Shard("a", PRIMARY,
                        java.util.List.of(new Node("a2", REPLICA.address(), Role.REPLICA, null, Health.UP))),
                        new SlotRange(0, SlotMap.SLOTS - 1))
                .build();
    }

    @Override
    public CompletableFuture<Void> failover(HostPort replica, FailoverMode mode) {
        return holding ? new CompletableFuture<>() : super.failover(replica, mode);
    }
}
