package io.slotgate.topology.fleet;

import io.slotgate.topology.model.SlotRange;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A shard as one proxy tells another: who owns which slots, by which config epoch.
 *
 * @param epoch config epoch of the primary, 0 or more
 * @param id shard id, {@code null} where the cluster tells none
 * @param slots in order, disjoint
 */
record ToldShard(ToldNode primary, long epoch, @Nullable String id, List<SlotRange> slots, List<ToldNode> replicas) {
    ToldShard {
        if (epoch < 0) {
            throw new IllegalArgumentException("config epoch: " + epoch + " (expected: 0 or more)");
        }
        slots = List.copyOf(slots);
        replicas = List.copyOf(replicas);
    }
}
