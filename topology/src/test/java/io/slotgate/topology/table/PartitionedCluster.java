package io.slotgate.topology.table;

import static io.slotgate.topology.table.Views.address;

import io.slotgate.topology.model.NodeView;
import io.slotgate.topology.model.NodeView.Flag;
import io.slotgate.topology.model.Observation.ClusterView;
import io.slotgate.topology.model.Observation.Redirect;
import io.slotgate.topology.model.SlotRange;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * A cluster of shards of a primary and a replica each, in two parts. In the larger one, with most of the primaries, replicas have
 * replaced those that can't be reached, and slots were moved; the other part has heard of none of it.
 */
final class PartitionedCluster {
    static final int SLOTS = 20;
    private static final int SHARDS = 7;

    private final Random random;
    private final Set<String> minority = new TreeSet<>();
    private final String[] oldOwner = new String[SLOTS];
    private final String[] newOwner = new String[SLOTS];
    private final long[] newEpoch = new long[2 * SHARDS];

    PartitionedCluster(Random random) {
        this.random = random;
        List<Integer> shards = new ArrayList<>();
        for (int shard = 0; shard < SHARDS; shard++) {
            shards.add(shard);
        }
        Collections.shuffle(shards, random);
        int cutOff = 1 + random.nextInt(SHARDS / 2);
        for (int shard : shards) {
            newEpoch[shard] = epoch(shard);
            if (shards.indexOf(shard) < cutOff) {
                minority.add(primary(shard));
            }
            if (random.nextInt(4) == 0 && minority.size() < SHARDS - 1) {
                minority.add(replica(shard));
            }
        }
        for (int slot = 0; slot < SLOTS; slot++) {
            oldOwner[slot] = primary(slot % SHARDS);
            newOwner[slot] = successor(slot % SHARDS);
        }
        long highest = SHARDS;
        for (int shard : shards) {
            if (isReplaced(shard)) {
                newEpoch[SHARDS + shard] = ++highest;
            }
        }
        for (int moves = random.nextInt(6); moves > 0; moves--) {
            int slot = random.nextInt(SLOTS);
            int target = random.nextInt(SHARDS);
            if (!minority.contains(newOwner[slot]) && !minority.contains(successor(target))) {
                newOwner[slot] = successor(target);
                newEpoch[isReplaced(target) ? SHARDS + target : target] = ++highest;
            }
        }
    }

    Set<String> majority() {
        Set<String> majority = new TreeSet<>();
        for (int shard = 0; shard < SHARDS; shard++) {
            majority.add(primary(shard));
            majority.add(replica(shard));
        }
        majority.removeAll(minority);
        return majority;
    }

    String majorityNode() {
        return anyOf(majority());
    }

    /** What all nodes of the majority say. */
    List<ClusterView> majorityViews(long round) {
        List<NodeView> nodes = new ArrayList<>();
        for (int shard = 0; shard < SHARDS; shard++) {
            nodes.add(flagged(Views.primary(primary(shard), newEpoch[shard], slots(newOwner, primary(shard))), minority,
                    Flag.FAILED));
            nodes.add(flagged(isReplaced(shard)
                    ? Views.primary(replica(shard), newEpoch[SHARDS + shard], slots(newOwner, replica(shard)))
                    : Views.replica(replica(shard), primary(shard), newEpoch[shard]), minority, Flag.FAILED));
        }
        return majority().stream().map(asked -> new ClusterView(round, asked, nodes)).toList();
    }

    /** What a node of the minority says: how everything was, and perhaps that the others can't be reached. */
    ClusterView staleView(long round) {
        return new ClusterView(round, anyOf(minority), oldNodes(random.nextBoolean() ? majority() : Set.of()));
    }

    /** The same as a proxy of that side tells it: the view of the primary of the highest epoch. */
    ClusterView staleViewToldByAnotherProxy(long round) {
        return new ClusterView(round, primary(SHARDS - 1), oldNodes(Set.of()));
    }

    /** What a primary of the minority answers to a command for a slot that was not its own. */
    Redirect staleRedirect() {
        int slot = random.nextInt(SLOTS);
        List<String> primaries = minority.stream().filter(id -> id.startsWith("primary")).toList();
        return new Redirect(slot, address(oldOwner[slot]),
                address(primaries.get(random.nextInt(primaries.size()))));
    }

    private List<NodeView> oldNodes(Set<String> suspected) {
        List<NodeView> nodes = new ArrayList<>();
        for (int shard = 0; shard < SHARDS; shard++) {
            nodes.add(flagged(Views.primary(primary(shard), epoch(shard), slots(oldOwner, primary(shard))), suspected,
                    Flag.SUSPECTED));
            nodes.add(flagged(Views.replica(replica(shard), primary(shard), epoch(shard)), suspected, Flag.SUSPECTED));
        }
        return nodes;
    }

    private static NodeView flagged(NodeView node, Set<String> unreachable, Flag flag) {
        return unreachable.contains(node.id()) ? Views.flagged(node, flag) : node;
    }

    private boolean isReplaced(int shard) {
        return minority.contains(primary(shard)) && !minority.contains(replica(shard));
    }

    private String successor(int shard) {
        return isReplaced(shard) ? replica(shard) : primary(shard);
    }

    private static SlotRange[] slots(String[] owners, String id) {
        List<SlotRange> slots = new ArrayList<>();
        for (int slot = 0; slot < SLOTS; slot++) {
            if (owners[slot].equals(id)) {
                slots.add(new SlotRange(slot, slot));
            }
        }
        return slots.toArray(SlotRange[]::new);
    }

    private String anyOf(Set<String> ids) {
        return List.copyOf(ids).get(random.nextInt(ids.size()));
    }

    private static long epoch(int shard) {
        return shard + 1L;
    }

    private static String primary(int shard) {
        return "primary-" + shard;
    }

    private static String replica(int shard) {
        return "replica-" + shard;
    }
}
