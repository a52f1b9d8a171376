package io.slotgate.topology.table;

import static io.slotgate.topology.model.SlotMap.SLOTS;

import io.slotgate.topology.model.Health;
import io.slotgate.topology.model.Node;
import io.slotgate.topology.model.NodeView;
import io.slotgate.topology.model.NodeView.Flag;
import io.slotgate.topology.model.Observation.ClusterView;
import io.slotgate.topology.model.Role;
import io.slotgate.topology.model.Shard;
import io.slotgate.topology.model.SlotMap;
import io.slotgate.topology.model.SlotMapBuilder;
import io.slotgate.topology.model.SlotMove;
import io.slotgate.topology.model.SlotRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Makes the map that follows from evidence: for one map, on one thread. */
final class SlotMapAssembly {
    /** A replica may follow a node that has itself become a replica, which is then asked for its primary. */
    private static final int LONGEST_CHAIN = 4;

    private final Evidence evidence;
    private final Census census;
    private final @Nullable String[] ownerBySlot = new @Nullable String[SLOTS];
    private final Map<String, List<SlotRange>> slotsByOwner = new HashMap<>();
    private final Map<String, Node> nodes = new TreeMap<>();

    SlotMapAssembly(Evidence evidence) {
        this.evidence = evidence;
        this.census = evidence.census();
    }

    SlotMap assemble() {
        findOwners();
        census.ids().forEach(id -> nodes.put(id, node(id)));
        SlotMapBuilder map = SlotMap.builder();
        Set<String> placed = new HashSet<>();
        Map<String, List<Node>> replicas = replicasByPrimary();
        Set<String> shardIds = new HashSet<>();
        Map<String, Shard> shards = new HashMap<>();
        for (Node primary : primariesByEpoch()) {
            Shard shard = new Shard(shardId(primary.id(), shardIds), primary,
                    replicas.getOrDefault(primary.id(), List.of()));
            shards.put(primary.id(), shard);
            placed.add(primary.id());
            shard.replicas().forEach(replica -> placed.add(replica.id()));
        }
        shards.values().stream().sorted(Comparator
                .comparingInt((Shard shard) -> lowestSlot(shard.primary().id()))
                .thenComparing(shard -> shard.primary().id()))
                .forEach(shard -> map.shard(shard, census.epoch(shard.primary().id()),
                        slotsByOwner.getOrDefault(shard.primary().id(), List.of())));
        nodes.values().stream().filter(node -> !placed.contains(node.id())).forEach(map::node);
        census.addresses().forEach(map::alias);
        moves().forEach(map::move);
        return map.build();
    }

    private void findOwners() {
        for (int slot = 0; slot < SLOTS; slot++) {
            ownerBySlot[slot] = SlotOwners.id(evidence, slot);
        }
        evidence.hints().forEach((slot, hint) -> {
            if (evidence.standingHint(slot) != null && census.at(hint.owner()) == null) {
                Node node = Node.provisional(hint.owner());
                nodes.put(node.id(), node);
            }
        });
        for (int first = 0; first < SLOTS;) {
            String owner = ownerBySlot[first];
            int end = first + 1;
            while (end < SLOTS && Objects.equals(owner, ownerBySlot[end])) {
                end++;
            }
            if (owner != null) {
                slotsByOwner.computeIfAbsent(owner, id -> new ArrayList<>()).add(new SlotRange(first, end - 1));
            }
            first = end;
        }
    }

    private Node node(String id) {
        NodeView line = Objects.requireNonNull(census.node(id));
        return new Node(id, line.address(), role(line),
                evidence.details(id).zoneName(),
                health(line));
    }

    /** Who owns a slot is a primary, even if the latest line about it has not heard of that yet. */
    private Role role(NodeView line) {
        return slotsByOwner.containsKey(line.id()) ? Role.PRIMARY : line.role();
    }

    private Health health(NodeView line) {
        if (census.has(line.id(), Flag.FAILED)) {
            return Health.FAILED;
        }
        if (census.has(line.id(), Flag.SUSPECTED) || census.isFading(line.id())
                || evidence.isLost(line.id(), line.address())
                || line.aliases().stream().anyMatch(alias -> evidence.isLost(line.id(), alias))) {
            return Health.SUSPECTED;
        }
        return census.isLoading(line.id()) ? Health.LOADING : Health.UP;
    }

    private List<Node> primariesByEpoch() {
        return nodes.values().stream()
                .filter(node -> node.role() == Role.PRIMARY)
                .filter(node -> slotsByOwner.containsKey(node.id()) || isReadyForSlots(node))
                .sorted(Comparator.comparingLong((Node node) -> -census.epoch(node.id())).thenComparing(Node::id))
                .toList();
    }

    /** Keys of a slot on its way may be there already; of a node that is failed or leaves there is nothing to expect. */
    private boolean isReadyForSlots(Node node) {
        return node.health() != Health.FAILED && !census.isFading(node.id());
    }

    private Map<String, List<Node>> replicasByPrimary() {
        Map<String, List<Node>> replicas = new HashMap<>();
        for (Node node : nodes.values()) {
            String primary = node.role() == Role.REPLICA ? primaryOf(node.id()) : null;
            if (primary != null) {
                replicas.computeIfAbsent(primary, id -> new ArrayList<>()).add(node);
            }
        }
        return replicas;
    }

    private @Nullable String primaryOf(String replicaId) {
        String id = replicaId;
        for (int step = 0; step < LONGEST_CHAIN; step++) {
            Node node = nodes.get(id);
            if (node == null || node.role() == Role.PRIMARY) {
                return node == null ? null : id;
            }
            NodeView line = census.node(id);
            String next = line == null ? null : line.primaryId();
            if (next == null) {
                return null;
            }
            id = next;
        }
        return null;
    }

    /** During a failover two primaries may name one shard: the one of the higher epoch has its id. */
    private String shardId(String primaryId, Set<String> taken) {
        String told = evidence.details(primaryId).shardName();
        String id = told != null && taken.add(told) ? told : primaryId;
        taken.add(id);
        return id;
    }

    private int lowestSlot(String id) {
        List<SlotRange> slots = slotsByOwner.get(id);
        return slots == null ? SLOTS : slots.get(0).first();
    }

    /** Moves as the two nodes concerned tell them, as long as the source owns the slot. */
    private Set<SlotMove> moves() {
        Set<SlotMove> moves = new TreeSet<>(Comparator.comparingInt(SlotMove::slot).thenComparing(SlotMove::sourceId)
                .thenComparing(SlotMove::targetId));
        for (ClusterView view : evidence.allViews()) {
            NodeView self = view.node(view.askedId());
            if (self != null) {
                self.moves().stream()
                        .filter(move -> move.sourceId().equals(ownerBySlot[move.slot()])
                                && nodes.containsKey(move.targetId()))
                        .forEach(moves::add);
            }
        }
        return moves;
    }
}
