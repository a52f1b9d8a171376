package io.slotgate.topology.history;

import io.slotgate.topology.history.TopologyEvent.AddressChanged;
import io.slotgate.topology.history.TopologyEvent.ClusterFound;
import io.slotgate.topology.history.TopologyEvent.FailedOver;
import io.slotgate.topology.history.TopologyEvent.MoveBegan;
import io.slotgate.topology.history.TopologyEvent.MoveEnded;
import io.slotgate.topology.history.TopologyEvent.NodeAdded;
import io.slotgate.topology.history.TopologyEvent.NodeHealthChanged;
import io.slotgate.topology.history.TopologyEvent.NodeRemoved;
import io.slotgate.topology.history.TopologyEvent.ReplicaMoved;
import io.slotgate.topology.history.TopologyEvent.RoleChanged;
import io.slotgate.topology.history.TopologyEvent.ShardAdded;
import io.slotgate.topology.history.TopologyEvent.ShardRemoved;
import io.slotgate.topology.history.TopologyEvent.SlotsMoved;
import io.slotgate.topology.history.TopologyEvent.ZoneChanged;
import io.slotgate.topology.model.Node;
import io.slotgate.topology.model.Role;
import io.slotgate.topology.model.Shard;
import io.slotgate.topology.model.SlotMap;
import io.slotgate.topology.model.SlotMove;
import io.slotgate.topology.model.SlotRange;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What differs between two maps of one cluster, as events. Pure; for one comparison, on one thread.
 *
 * <p>A shard is a primary with slots: new primaries without any are new nodes, and former ones that have not heard of
 * their successor yet are nothing. Slots that pass to a replica of their owner, or stay in the shard, are a failover, all
 * others have moved.
 */
final class MapDiff {
    private final SlotMap before;
    private final SlotMap after;
    private final List<TopologyEvent> events = new ArrayList<>();
    private final List<FailedOver> failovers = new ArrayList<>();

    private MapDiff(SlotMap before, SlotMap after) {
        this.before = before;
        this.after = after;
    }

    /** Events in an order in which they can have happened. */
    static List<TopologyEvent> between(SlotMap before, SlotMap after) {
        if (before.nodes().isEmpty()) {
            return after.nodes().isEmpty()
                    ? List.of()
                    : List.of(new ClusterFound(after.shards().size(), after.nodes().size(), after.coveredSlots()));
        }
        MapDiff diff = new MapDiff(before, after);
        diff.addedNodes();
        diff.health();
        diff.owners();
        diff.moves();
        diff.keptNodes();
        diff.removedNodes();
        return List.copyOf(diff.events);
    }

    private void addedNodes() {
        for (Node node : inOrder(after)) {
            if (before.node(node.id()) == null) {
                events.add(new NodeAdded(NodeName.of(node), node.role(), node.zone()));
            }
        }
    }

    private void removedNodes() {
        for (Node node : inOrder(before)) {
            if (after.node(node.id()) == null) {
                events.add(new NodeRemoved(NodeName.of(node)));
            }
        }
    }

    private void health() {
        for (Node now : inOrder(after)) {
            Node then = before.node(now.id());
            if (then != null && then.health() != now.health()) {
                events.add(new NodeHealthChanged(NodeName.of(now), then.health(), now.health()));
            }
        }
    }

    /** Nodes whose id is known, in order of their ids. */
    private static List<Node> inOrder(SlotMap map) {
        return map.nodes().stream().filter(node -> !node.isProvisional()).sorted(Comparator.comparing(Node::id))
                .toList();
    }

    /** Slots with the same owner before and the same owner after. */
    private record Change(@Nullable Shard from, @Nullable Shard to) {
        /** Ids of the two primaries: comparing shards as a whole would be slow. */
        String key() {
            return (from == null ? "" : from.primary().id()) + '>' + (to == null ? "" : to.primary().id());
        }
    }

    private void owners() {
        Map<String, Change> changes = new LinkedHashMap<>();
        Map<String, BitSet> slots = new LinkedHashMap<>();
        for (int first = 0; first < SlotMap.SLOTS;) {
            Change change = new Change(before.shard(first), after.shard(first));
            int end = first + 1;
            while (end < SlotMap.SLOTS && before.shard(end) == change.from && after.shard(end) == change.to) {
                end++;
            }
            if (isOther(change)) {
                changes.putIfAbsent(change.key(), change);
                slots.computeIfAbsent(change.key(), key -> new BitSet(SlotMap.SLOTS)).set(first, end);
            }
            first = end;
        }
        changes.forEach((key, change) -> owner(change, Slots.ranges(Objects.requireNonNull(slots.get(key)))));
        shards();
    }

    private boolean isOther(Change change) {
        if (change.from == null || change.to == null) {
            return change.from != change.to;
        }
        Node from = change.from.primary();
        Node to = change.to.primary();
        return !from.id().equals(to.id())
                // Named by a redirect only, it had no id yet.
                && !(from.isProvisional() && to.equals(after.node(from.address())));
    }

    private void owner(Change change, List<SlotRange> slots) {
        Shard from = change.from;
        Shard to = change.to;
        if (from != null && to != null && isSuccessor(from, to)) {
            FailedOver failover = new FailedOver(to.id(), NodeName.of(from.primary()), NodeName.of(to.primary()));
            failovers.add(failover);
            events.add(failover);
        } else {
            events.add(new SlotsMoved(slots, from == null ? null : NodeName.of(from.primary()),
                    to == null ? null : NodeName.of(to.primary())));
        }
    }

    private static boolean isSuccessor(Shard from, Shard to) {
        return from.id().equals(to.id())
                || from.replicas().stream().anyMatch(replica -> replica.id().equals(to.primary().id()));
    }

    private void shards() {
        Map<String, Shard> then = withSlots(before);
        Map<String, Shard> now = withSlots(after);
        now.forEach((id, shard) -> {
            if (!then.containsKey(id) && !shard.primary().isProvisional() && !isIn(failovers, id)
                    && !wasProvisional(then, shard.primary())) {
                events.add(new ShardAdded(shard.id(), NodeName.of(shard.primary())));
            }
        });
        then.forEach((id, shard) -> {
            if (!now.containsKey(id) && !shard.primary().isProvisional() && !isIn(failovers, id)) {
                events.add(new ShardRemoved(shard.id(), NodeName.of(shard.primary())));
            }
        });
    }

    private boolean wasProvisional(Map<String, Shard> then, Node primary) {
        return then.values().stream().map(Shard::primary)
                .anyMatch(node -> node.isProvisional() && primary.equals(after.node(node.address())));
    }

    private static Map<String, Shard> withSlots(SlotMap map) {
        Map<String, Shard> shards = new LinkedHashMap<>();
        Shard last = null;
        for (int slot = 0; slot < SlotMap.SLOTS; slot++) {
            Shard shard = map.shard(slot);
            if (shard != null && shard != last) {
                shards.put(shard.primary().id(), shard);
            }
            last = shard;
        }
        return shards;
    }

    private static boolean isIn(List<FailedOver> failovers, String id) {
        return failovers.stream().anyMatch(each -> each.from().id().equals(id) || each.to().id().equals(id));
    }

    private void moves() {
        Set<SlotMove> then = ofPrimaries(before);
        Set<SlotMove> now = ofPrimaries(after);
        grouped(now.stream().filter(move -> !then.contains(move)).toList())
                .forEach((ends, slots) -> events.add(new MoveBegan(Slots.ranges(slots), ends.from, ends.to)));
        grouped(then.stream().filter(move -> !now.contains(move) && !hasArrived(move)).toList())
                .forEach((ends, slots) -> events.add(new MoveEnded(Slots.ranges(slots), ends.from, ends.to)));
    }

    /** Replicas, too, say that they are to have a slot that their primary is to have. */
    private static Set<SlotMove> ofPrimaries(SlotMap map) {
        if (map.moves().isEmpty()) {
            return Set.of();
        }
        Map<String, Shard> replicas = byReplica(map);
        Set<SlotMove> moves = new LinkedHashSet<>();
        for (SlotMove move : map.moves()) {
            Shard shard = replicas.get(move.targetId());
            moves.add(shard == null ? move : new SlotMove(move.slot(), move.sourceId(), shard.primary().id()));
        }
        return moves;
    }

    private boolean hasArrived(SlotMove move) {
        Node owner = after.primary(move.slot());
        return owner != null && owner.id().equals(move.targetId());
    }

    private record Ends(NodeName from, NodeName to) {}

    private Map<Ends, BitSet> grouped(List<SlotMove> moves) {
        Map<Ends, BitSet> groups = new LinkedHashMap<>();
        for (SlotMove move : moves) {
            Node from = known(move.sourceId());
            Node to = known(move.targetId());
            if (from != null && to != null) {
                groups.computeIfAbsent(new Ends(NodeName.of(from), NodeName.of(to)),
                        ends -> new BitSet(SlotMap.SLOTS)).set(move.slot());
            }
        }
        return groups;
    }

    private @Nullable Node known(String id) {
        Node node = after.node(id);
        return node == null ? before.node(id) : node;
    }

    /** Of nodes that were there and still are: where they are and what they do. */
    private void keptNodes() {
        Map<String, Shard> then = byReplica(before);
        Map<String, Shard> now = byReplica(after);
        for (Node node : inOrder(after)) {
            Node former = before.node(node.id());
            if (former == null) {
                continue;
            }
            NodeName name = NodeName.of(node);
            if (!former.address().equals(node.address())) {
                events.add(new AddressChanged(name, former.address(), node.address()));
            }
            String zone = former.zone();
            if (zone != null && !zone.equals(node.zone())) {
                events.add(new ZoneChanged(name, zone, node.zone()));
            }
            if (former.role() != node.role() && !isIn(failovers, node.id())) {
                events.add(new RoleChanged(name, former.role(), node.role()));
            }
            Shard left = then.get(node.id());
            Shard joined = now.get(node.id());
            if (node.role() == Role.REPLICA && left != null && joined != null && hasLeft(left, joined)) {
                events.add(new ReplicaMoved(name, NodeName.of(left.primary()), NodeName.of(joined.primary())));
            }
        }
    }

    private static Map<String, Shard> byReplica(SlotMap map) {
        Map<String, Shard> shards = new LinkedHashMap<>();
        map.shards().forEach(shard -> shard.replicas().forEach(replica -> shards.put(replica.id(), shard)));
        return shards;
    }

    private boolean hasLeft(Shard left, Shard joined) {
        return !left.id().equals(joined.id())
                && !left.primary().id().equals(joined.primary().id())
                && failovers.stream().noneMatch(failover -> failover.from().id().equals(left.primary().id())
                        && failover.to().id().equals(joined.primary().id()));
    }
}
