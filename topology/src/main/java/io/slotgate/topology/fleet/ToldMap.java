package io.slotgate.topology.fleet;

import io.slotgate.topology.model.Health;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Node;
import io.slotgate.topology.model.NodeView;
import io.slotgate.topology.model.NodeView.Flag;
import io.slotgate.topology.model.Observation.ClusterView;
import io.slotgate.topology.model.Observation.Redirect;
import io.slotgate.topology.model.Role;
import io.slotgate.topology.model.Shard;
import io.slotgate.topology.model.SlotMap;
import io.slotgate.topology.model.SlotRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A slot map, or a part of one, as proxies tell each other: shards with their config epochs, in order of their primaries'
 * ids. Immutable and pure. Nodes that only a redirect has named are left out: their ids are not known yet.
 */
record ToldMap(List<ToldShard> shards) {
    static final ToldMap NONE = new ToldMap(List.of());

    ToldMap {
        shards = shards.stream().sorted(Comparator.comparing((ToldShard shard) -> shard.primary().id())).toList();
    }

    static ToldMap of(SlotMap map) {
        IdentityHashMap<Shard, List<SlotRange>> slots = slots(map);
        Map<String, List<HostPort>> aliases = new HashMap<>();
        new TreeMap<>(byText(map.addresses())).forEach((text, found) -> {
            if (!found.getKey().equals(found.getValue().address())) {
                aliases.computeIfAbsent(found.getValue().id(), id -> new ArrayList<>()).add(found.getKey());
            }
        });
        List<ToldShard> told = new ArrayList<>();
        for (Shard shard : map.shards()) {
            if (!shard.primary().isProvisional()) {
                told.add(new ToldShard(told(shard.primary(), aliases), map.epoch(shard),
                        shard.id().equals(shard.primary().id()) ? null : shard.id(),
                        slots.getOrDefault(shard, List.of()),
                        shard.replicas().stream().map(replica -> told(replica, aliases)).toList()));
            }
        }
        return new ToldMap(told);
    }

    private static Map<String, Map.Entry<HostPort, Node>> byText(Map<HostPort, Node> addresses) {
        Map<String, Map.Entry<HostPort, Node>> sorted = new HashMap<>();
        addresses.entrySet().forEach(entry -> sorted.put(entry.getKey().toString(), entry));
        return sorted;
    }

    private static IdentityHashMap<Shard, List<SlotRange>> slots(SlotMap map) {
        IdentityHashMap<Shard, List<SlotRange>> slots = new IdentityHashMap<>();
        for (int first = 0; first < SlotMap.SLOTS;) {
            Shard shard = map.shard(first);
            int end = first + 1;
            while (end < SlotMap.SLOTS && map.shard(end) == shard) {
                end++;
            }
            if (shard != null) {
                slots.computeIfAbsent(shard, s -> new ArrayList<>()).add(new SlotRange(first, end - 1));
            }
            first = end;
        }
        return slots;
    }

    private static ToldNode told(Node node, Map<String, List<HostPort>> aliases) {
        return new ToldNode(node.id(), node.address(), aliases.getOrDefault(node.id(), List.of()), node.zone(),
                node.health() == Health.LOADING);
    }

    /** Config epoch of each primary, by its id. */
    Map<String, Long> epochs() {
        Map<String, Long> epochs = new HashMap<>();
        shards.forEach(shard -> epochs.put(shard.primary().id(), shard.epoch()));
        return epochs;
    }

    /** Config epoch by which each slot is held, -1 for a slot without an owner. */
    long[] slotEpochs() {
        long[] epochs = new long[SlotMap.SLOTS];
        Arrays.fill(epochs, -1);
        for (ToldShard shard : shards) {
            for (SlotRange range : shard.slots()) {
                Arrays.fill(epochs, range.first(), range.last() + 1, shard.epoch());
            }
        }
        return epochs;
    }

    /**
     * Shards whose primary the other side does not know as one, or by a lower epoch, or that hold a slot by a higher epoch than
     * the other side knows: a primary that has the highest epoch already takes further slots without another.
     */
    List<ToldShard> aheadOf(Map<String, Long> epochs, long[] slotEpochs) {
        return shards.stream().filter(shard -> isAhead(shard, epochs) || holdsMore(shard, slotEpochs)).toList();
    }

    private static boolean holdsMore(ToldShard shard, long[] slotEpochs) {
        for (SlotRange range : shard.slots()) {
            for (int slot = range.first(); slot <= range.last(); slot++) {
                if (shard.epoch() > slotEpochs[slot]) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Slots that primaries, whose epoch {@code mine} knows, hold by a higher epoch than there: redirects, as it were. */
    List<Redirect> takenSlots(ToldMap mine) {
        Map<String, Long> epochs = mine.epochs();
        long[] slotEpochs = mine.slotEpochs();
        List<Redirect> taken = new ArrayList<>();
        for (ToldShard shard : shards) {
            if (shard.epoch() == epochs.getOrDefault(shard.primary().id(), -1L)) {
                for (SlotRange range : shard.slots()) {
                    for (int slot = range.first(); slot <= range.last(); slot++) {
                        if (shard.epoch() > slotEpochs[slot]) {
                            taken.add(new Redirect(slot, shard.primary().address()));
                        }
                    }
                }
            }
        }
        return taken;
    }

    /**
     * What of this a proxy that knows {@code mine} has to learn, as the view of the node that changed last; {@code null} if it
     * is not behind. What {@code mine} knows better is left out. Of round 0: the receiver's round has to be put in.
     */
    @Nullable
    ClusterView newsFor(ToldMap mine) {
        Map<String, Long> epochs = mine.epochs();
        ToldShard newest = null;
        for (ToldShard shard : shards) {
            if (isAhead(shard, epochs) && (newest == null || shard.epoch() > newest.epoch())) {
                newest = shard;
            }
        }
        if (newest == null) {
            return null;
        }
        Map<String, NodeView> nodes = new TreeMap<>();
        for (ToldShard shard : shards) {
            if (shard.epoch() >= epochs.getOrDefault(shard.primary().id(), 0L)) {
                nodes.put(shard.primary().id(), view(shard.primary(), shard, Role.PRIMARY));
            }
        }
        for (ToldShard shard : shards) {
            for (ToldNode replica : shard.replicas()) {
                if (shard.epoch() > epochs.getOrDefault(replica.id(), -1L)) {
                    nodes.putIfAbsent(replica.id(), view(replica, shard, Role.REPLICA));
                }
            }
        }
        return new ClusterView(0, newest.primary().id(), List.copyOf(nodes.values()));
    }

    private static boolean isAhead(ToldShard shard, Map<String, Long> epochs) {
        return shard.epoch() > epochs.getOrDefault(shard.primary().id(), -1L);
    }

    private static NodeView view(ToldNode node, ToldShard shard, Role role) {
        boolean primary = role == Role.PRIMARY;
        return new NodeView(node.id(), node.address(), node.aliases(), role, primary ? null : shard.primary().id(),
                shard.epoch(), node.loading() ? Set.of(Flag.LOADING) : Set.of(), primary ? shard.slots() : List.of(),
                List.of(), node.zone(), shard.id());
    }
}
