package io.slotgate.topology.table;

import static io.slotgate.topology.table.Views.address;

import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.NodeView;
import io.slotgate.topology.model.Observation.ClusterView;
import io.slotgate.topology.model.Observation.Redirect;
import io.slotgate.topology.model.SlotRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** A cluster of shards of two nodes each, which fail over and pass slots on; it can be observed as it is and as it was. */
final class ChangingCluster {
    static final int SLOTS = 12;
    private static final int SHARDS = 4;
    private static final int CHANGES_A_ROUND = 5;

    /** How it was at a time; the primary and the epoch by shard, the shard by slot. */
    private static final class State {
        final int[] primary;
        final long[] epoch;
        final int[] shard;

        State(int[] primary, long[] epoch, int[] shard) {
            this.primary = primary;
            this.epoch = epoch;
            this.shard = shard;
        }

        State copy() {
            return new State(primary.clone(), epoch.clone(), shard.clone());
        }

        String owner(int slot) {
            return ChangingCluster.id(shard[slot], primary[shard[slot]]);
        }

        long nextEpoch() {
            return Arrays.stream(epoch).max().orElse(0) + 1;
        }

        List<SlotRange> slots(int ofShard) {
            List<SlotRange> slots = new ArrayList<>();
            for (int slot = 0; slot < SLOTS; slot++) {
                if (shard[slot] == ofShard) {
                    slots.add(new SlotRange(slot, slot));
                }
            }
            return slots;
        }
    }

    private final Random random;
    private final List<State> states = new ArrayList<>();

    ChangingCluster(Random random) {
        this.random = random;
        State first = new State(new int[SHARDS], new long[SHARDS], new int[SLOTS]);
        Arrays.setAll(first.epoch, shard -> shard + 1L);
        Arrays.setAll(first.shard, slot -> slot % SHARDS);
        states.add(first);
    }

    /** A failover, or a slot that passes to another shard. */
    void change() {
        State next = states.getLast().copy();
        int shard = random.nextInt(SHARDS);
        if (random.nextInt(4) == 0) {
            next.epoch[shard] = next.nextEpoch();
            next.primary[shard] = 1 - next.primary[shard];
        } else {
            if (next.epoch[shard] != next.nextEpoch() - 1) {
                next.epoch[shard] = next.nextEpoch();
            }
            next.shard[random.nextInt(SLOTS)] = shard;
        }
        states.add(next);
    }

    long round() {
        return 1L + states.size() / CHANGES_A_ROUND;
    }

    String owner(int slot) {
        return states.getLast().owner(slot);
    }

    boolean everOwned(int slot, HostPort node) {
        return states.stream().anyMatch(state -> address(state.owner(slot)).equals(node));
    }

    String anyNode() {
        return id(random.nextInt(SHARDS), random.nextInt(2));
    }

    /** What every node says that knows all. */
    List<ClusterView> everyNodesView(long round) {
        List<ClusterView> views = new ArrayList<>();
        for (int shard = 0; shard < SHARDS; shard++) {
            for (int node = 0; node < 2; node++) {
                views.add(new ClusterView(round, id(shard, node), nodes(states.getLast(), 1)));
            }
        }
        return views;
    }

    /** What some node says that has heard of nothing for a while. */
    ClusterView view() {
        return new ClusterView(round(), anyNode(), nodes(past(), 1));
    }

    /** As proxies tell each other: the newest primary's view, in which replicas may be missing; taken for one of this round. */
    ClusterView viewToldByAnotherProxy() {
        State state = past();
        int newest = 0;
        for (int shard = 1; shard < SHARDS; shard++) {
            newest = state.epoch[shard] > state.epoch[newest] ? shard : newest;
        }
        return new ClusterView(round(), id(newest, state.primary[newest]), nodes(state, random.nextInt(2)));
    }

    /** A former owner's answer, or a late one's. */
    Redirect redirect() {
        int slot = random.nextInt(SLOTS);
        int at = random.nextInt(states.size());
        return new Redirect(slot, address(states.get(at).owner(slot)),
                address(states.get(random.nextInt(at + 1)).owner(slot)));
    }

    Redirect redirectToldByAnotherProxy() {
        int slot = random.nextInt(SLOTS);
        return new Redirect(slot, address(past().owner(slot)));
    }

    private State past() {
        return states.get(Math.max(0, states.size() - 1 - random.nextInt(2 * CHANGES_A_ROUND)));
    }

    private static List<NodeView> nodes(State state, int replicas) {
        List<NodeView> nodes = new ArrayList<>();
        for (int shard = 0; shard < SHARDS; shard++) {
            String primary = id(shard, state.primary[shard]);
            nodes.add(Views.primary(primary, state.epoch[shard], state.slots(shard).toArray(SlotRange[]::new)));
            if (replicas > 0) {
                nodes.add(Views.replica(id(shard, 1 - state.primary[shard]), primary, state.epoch[shard]));
            }
        }
        return nodes;
    }

    private static String id(int shard, int node) {
        return "shard-" + shard + "-node-" + node;
    }
}
