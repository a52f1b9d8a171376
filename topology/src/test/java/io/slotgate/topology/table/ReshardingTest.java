package io.slotgate.topology.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.topology.model.NodeView;
import io.slotgate.topology.model.Observation.ClusterView;
import io.slotgate.topology.model.Observation.Redirect;
import io.slotgate.topology.model.SlotRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A cluster that is resharded, simulated: nodes hear of each other's slots late, refreshes ask some of them, answers come late, and
 * commands meet redirects.
 */
class ReshardingTest {
    private static final int NODES = 5;
    private static final int SLOTS = 24;
    private static final int STEPS = 4000;

    /** What one node knows: per slot who owns it, and the config epoch of each node. */
    private static final class Knowledge {
        final int[] owner = new int[SLOTS];
        final long[] epochs = new long[NODES];
    }

    /** The cluster, and a table in front of it. */
    private static final class Simulation {
        final Random random;
        final Knowledge[] known = new Knowledge[NODES];
        /** Who owned each slot, the owner of now last. */
        final List<List<Integer>> owners = new ArrayList<>();
        final List<ClusterView> underWay = new ArrayList<>();
        Evidence evidence = Evidence.NONE;
        long round;
        int redirects;
        final List<String> back = new ArrayList<>();
        /** How often each slot had been moved when a redirect last told its owner. */
        final int[] moves = new int[SLOTS];

        Simulation(long seed) {
            random = new Random(seed);
            for (int node = 0; node < NODES; node++) {
                known[node] = new Knowledge();
                for (int slot = 0; slot < SLOTS; slot++) {
                    known[node].owner[slot] = slot % NODES;
                }
                for (int other = 0; other < NODES; other++) {
                    known[node].epochs[other] = other + 1L;
                }
            }
            for (int slot = 0; slot < SLOTS; slot++) {
                owners.add(new ArrayList<>(List.of(slot % NODES)));
            }
            round = 1;
            for (int node = 0; node < NODES; node++) {
                observe(view(node));
            }
        }

        void run() {
            for (int step = 0; step < STEPS; step++) {
                switch (random.nextInt(12)) {
                    case 0, 1 -> move();
                    case 2, 3, 4, 5 -> gossip(random.nextInt(NODES), random.nextInt(NODES));
                    case 6 -> refresh();
                    case 7, 8 -> answer();
                    default -> command(random.nextInt(SLOTS));
                }
            }
        }

        /** SETSLOT NODE at the target first, whose epoch becomes the highest if it is not; then at the source. */
        private void move() {
            int slot = random.nextInt(SLOTS);
            int source = owners.get(slot).getLast();
            int target = random.nextInt(NODES);
            if (target == source || known[source].owner[slot] != source) {
                return;
            }
            Knowledge at = known[target];
            long highest = Arrays.stream(known).flatMapToLong(each -> Arrays.stream(each.epochs)).max().orElse(0);
            if (at.epochs[target] != highest) {
                at.epochs[target] = highest + 1;
            }
            at.owner[slot] = target;
            owners.get(slot).add(target);
            known[source].owner[slot] = target;
        }

        /** One tells another about itself: its slots by its epoch, as in the cluster's bus. */
        private void gossip(int from, int to) {
            Knowledge mine = known[from];
            Knowledge theirs = known[to];
            theirs.epochs[from] = mine.epochs[from];
            for (int slot = 0; slot < SLOTS; slot++) {
                int before = theirs.owner[slot];
                if (mine.owner[slot] == from && before != from && theirs.epochs[before] < mine.epochs[from]) {
                    theirs.owner[slot] = from;
                }
            }
        }

        private void refresh() {
            if (evidence.newestRound() < round) {
                return;
            }
            round++;
            for (int asked = 0; asked < 3; asked++) {
                underWay.add(view(random.nextInt(NODES)));
            }
        }

        private void answer() {
            if (!underWay.isEmpty()) {
                observe(underWay.remove(random.nextInt(underWay.size())));
            }
        }

        private void command(int slot) {
            int at = owner(slot);
            for (int hops = 0; hops < 2 * NODES && at >= 0; hops++) {
                int named = known[at].owner[slot];
                if (named == at) {
                    return;
                }
                redirects++;
                evidence = evidence.merge(new Redirect(slot, Views.address(id(named)), Views.address(id(at))));
                moves[slot] = owners.get(slot).size();
                at = named;
            }
        }

        private void observe(ClusterView view) {
            Evidence before = evidence;
            evidence = evidence.merge(view);
            check(before, view);
        }

        /** While a redirect is remembered that named the owner, who still is, no view may lead back to the node that sent it. */
        private void check(Evidence before, ClusterView view) {
            for (int slot = 0; slot < SLOTS; slot++) {
                Hint hint = before.standingHint(slot);
                String is = SlotOwners.id(evidence, slot);
                if (hint == null || is == null || evidence.newestRound() - hint.round() >= Hint.LIFETIME_ROUNDS) {
                    continue;
                }
                String was = Objects.requireNonNull(SlotOwners.id(before, slot));
                List<Integer> past = owners.get(slot);
                if (Views.address(is).equals(hint.from()) && past.getLast() == number(was)
                        && past.size() == moves[slot]) {
                    back.add("slot " + slot + " of " + past + " from " + was + " back to " + is + " by the view of "
                            + view.askedId() + " of round " + view.round() + "; " + hint);
                }
            }
        }

        private int owner(int slot) {
            String id = SlotOwners.id(evidence, slot);
            return id == null ? -1 : number(id);
        }

        private ClusterView view(int asked) {
            Knowledge knowledge = known[asked];
            NodeView[] nodes = new NodeView[NODES];
            for (int node = 0; node < NODES; node++) {
                List<SlotRange> slots = new ArrayList<>();
                for (int slot = 0; slot < SLOTS; slot++) {
                    if (knowledge.owner[slot] == node) {
                        slots.add(new SlotRange(slot, slot));
                    }
                }
                nodes[node] = Views.primary(id(node), knowledge.epochs[node], slots.toArray(SlotRange[]::new));
            }
            return Views.view(round, id(asked), nodes);
        }

        private static String id(int node) {
            return "n" + node;
        }

        private static int number(String id) {
            return Integer.parseInt(id.substring(1, 2));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34, 55, 89})
    void noViewMovesASlotBackToWhoSaidThatItIsAnothers(long seed) {
        Simulation simulation = new Simulation(seed);

        simulation.run();

        assertThat(simulation.redirects).as("redirects").isPositive();
        assertThat(simulation.back).as("seed %s", seed).isEmpty();
    }
}
