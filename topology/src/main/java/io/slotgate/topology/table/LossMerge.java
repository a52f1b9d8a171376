package io.slotgate.topology.table;

import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Observation.NodeLost;
import java.util.HashMap;
import java.util.Map;

/** Marks a node whose connection was lost, until it answers a probe of a later round; unknown addresses tell nothing. */
final class LossMerge {
    private LossMerge() {}

    static Evidence merge(Evidence old, NodeLost lost) {
        if (old.census().at(lost.address()) == null) {
            return old;
        }
        Map<HostPort, Long> losses = new HashMap<>(old.losses());
        Long before = losses.put(lost.address(), old.newestRound());
        return before != null && before == old.newestRound() ? old : old.withLosses(losses);
    }
}
