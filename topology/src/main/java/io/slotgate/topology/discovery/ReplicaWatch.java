package io.slotgate.topology.discovery;

import io.slotgate.topology.model.Health;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Shard;
import io.slotgate.topology.model.SlotMap;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** Asks primaries how far their replicas are, one question to each at a time. For the discovery thread. */
final class ReplicaWatch {
    private final ReplicaLag lag;
    private final HealthBook healths;
    private final BooleanSupplier wanted;
    private final Set<HostPort> asked = new HashSet<>();

    /** @param wanted whether anybody wants to know, asked before each look */
    ReplicaWatch(ReplicaLag lag, HealthBook healths, BooleanSupplier wanted) {
        this.lag = lag;
        this.healths = healths;
        this.wanted = wanted;
    }

    void look(SlotMap map, NodeProber prober) {
        lag.follow(map);
        if (wanted.getAsBoolean()) {
            map.shards().stream().filter(shard -> !shard.replicas().isEmpty())
                    .forEach(shard -> ask(map, shard, prober));
        }
    }

    private void ask(SlotMap map, Shard shard, NodeProber prober) {
        HostPort primary = shard.primary().address();
        if (shard.primary().health() != Health.UP || !asked.add(primary)) {
            return;
        }
        prober.talk(primary, connection -> connection.text(NodeCommand.INFO_REPLICATION))
                .whenComplete((info, failure) -> {
                    asked.remove(primary);
                    ReplicationLine.Report report = info == null ? null : ReplicationLine.parse(info);
                    if (report != null) {
                        lag.onReport(map, shard, report, System.nanoTime());
                        healths.onReport(map, shard, report, lag);
                    }
                });
    }
}
