package io.slotgate.topology.history;

import io.slotgate.topology.history.TopologyEvent.CommandsParked;
import io.slotgate.topology.history.TopologyEvent.ConnectionsLost;
import io.slotgate.topology.history.TopologyEvent.FailedOver;
import io.slotgate.topology.history.TopologyEvent.NodeHealthChanged;
import io.slotgate.topology.history.TopologyEvent.NodeRemoved;
import io.slotgate.topology.history.TopologyEvent.SlotsMoved;
import io.slotgate.topology.model.Health;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line for each failover, each time a node was unwell or its connections were lost, and each episode of parking or resharding, when it is over and its
 * figures are known. Guarded by its owner.
 */
final class HistoryLog {
    private static final Logger log = LoggerFactory.getLogger(HistoryLog.class);

    /** Nodes that are not well, by id; never more than there are nodes. */
    private final Map<String, Unwell> unwell = new HashMap<>();
    /** What may still grow, by origin. */
    private final Map<Long, HistoryEntry> growing = new LinkedHashMap<>();

    private record Unwell(Instant since, Health worst, int changes) {}

    void on(HistoryEntry entry) {
        switch (entry.event()) {
            case NodeHealthChanged changed -> health(changed, entry.until());
            case NodeRemoved removed -> {
                Unwell ended = unwell.remove(removed.node().id());
                if (ended != null) {
                    line(removed.node(), ended, entry.until(), "Node is gone");
                }
            }
            case FailedOver failover -> {
                if (entry.id() == entry.origin()) {
                    failedOver(failover, entry);
                }
            }
            case CommandsParked parked -> growing.put(entry.origin(), entry);
            case ConnectionsLost lost -> growing.put(entry.origin(), entry);
            case SlotsMoved moved -> growing.put(entry.origin(), entry);
            default -> {
                // Logged where it happens, or told by the history alone.
            }
        }
    }

    private void failedOver(FailedOver failover, HistoryEntry entry) {
        Unwell former = unwell.get(failover.from().id());
        log.atInfo().addKeyValue("shard", failover.shardId()).addKeyValue("from", failover.from())
                .addKeyValue("to", failover.to()).addKeyValue("cause", entry.cause())
                .addKeyValue("unwellMillis",
                        former == null ? 0 : Duration.between(former.since(), entry.time()).toMillis())
                .log("Failed over");
    }

    private void health(NodeHealthChanged changed, Instant at) {
        String id = changed.node().id();
        Unwell before = unwell.get(id);
        if (changed.to() == Health.UP) {
            unwell.remove(id);
            if (before != null) {
                line(changed.node(), before, at, "Node is well again");
            }
        } else if (before == null) {
            unwell.put(id, new Unwell(at, changed.to(), 1));
        } else {
            unwell.put(id, new Unwell(before.since(),
                    changed.to().compareTo(before.worst()) > 0 ? changed.to() : before.worst(), before.changes() + 1));
        }
    }

    private static void line(NodeName node, Unwell was, Instant now, String what) {
        log.atInfo().addKeyValue("node", node).addKeyValue("worst", was.worst()).addKeyValue("changes", was.changes())
                .addKeyValue("unwellMillis", Duration.between(was.since(), now).toMillis()).log(what);
    }

    /** @param ended whether an entry will not grow any more */
    void settle(Predicate<HistoryEntry> ended) {
        growing.values().removeIf(entry -> {
            if (!ended.test(entry)) {
                return false;
            }
            long millis = Duration.between(entry.time(), entry.until()).toMillis();
            if (entry.event() instanceof CommandsParked parked) {
                log.atInfo().addKeyValue("commands", parked.commands()).addKeyValue("expired", parked.expired())
                        .addKeyValue("longestMillis", parked.longest().toMillis()).addKeyValue("withinMillis", millis)
                        .log("Commands waited for nodes");
            } else if (entry.event() instanceof ConnectionsLost lost) {
                log.atInfo().addKeyValue("node", lost.node()).addKeyValue("connections", lost.connections())
                        .addKeyValue("uncertain", lost.uncertain()).addKeyValue("resent", lost.resent())
                        .addKeyValue("withinMillis", millis).log("Connections to a node were lost");
            } else if (entry.event() instanceof SlotsMoved moved) {
                log.atInfo().addKeyValue("slots", Slots.count(moved.slots())).addKeyValue("from", moved.from())
                        .addKeyValue("to", moved.to()).addKeyValue("withinMillis", millis).log("Slots moved");
            }
            return true;
        });
    }
}
