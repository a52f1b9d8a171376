package io.slotgate.topology.table;

import static io.slotgate.topology.table.Views.address;
import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.topology.model.NodeView;
import io.slotgate.topology.model.NodeView.Flag;
import io.slotgate.topology.model.Observation.ClusterView;
import io.slotgate.topology.model.Role;
import io.slotgate.topology.model.SlotMap;
import io.slotgate.topology.model.SlotMove;
import io.slotgate.topology.model.SlotRange;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Views may come in any order and any number of times. */
class MergeOrderTest {
    private static final int NODES = 7;
    private static final int SLOT_STEP = 256;
    private static final List<Flag> FLAGS = List.of(Flag.values());

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34, 55, 89})
    void anyOrderAndAnyRepetitionGiveTheSameMap(long seed) {
        Random random = new Random(seed);
        for (int trial = 0; trial < 20; trial++) {
            List<ClusterView> views = randomViews(random);
            SlotMap expected = mergeAll(views);

            List<ClusterView> again = new ArrayList<>(views);
            for (int i = random.nextInt(views.size() + 1); i > 0; i--) {
                again.add(views.get(random.nextInt(views.size())));
            }
            Collections.shuffle(again, random);

            assertThat(mergeAll(again).describesSameAs(expected))
                    .as("seed %s trial %s: %s", seed, trial, views).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 44, 444})
    void aViewTellsNothingTwice(long seed) {
        Random random = new Random(seed);
        for (int trial = 0; trial < 50; trial++) {
            Evidence evidence = Evidence.NONE;
            for (ClusterView view : randomViews(random)) {
                evidence = evidence.merge(view);

                assertThat(evidence.merge(view)).isSameAs(evidence);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {6, 66, 666})
    void theHighestEpochOwnsWhereNobodyDenies(long seed) {
        Random random = new Random(seed);
        for (int trial = 0; trial < 50; trial++) {
            long epochOfA = 1L + random.nextInt(20);
            long epochOfB = epochOfA + 1L + random.nextInt(20);
            List<ClusterView> views = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                boolean knowsB = i == 0 || random.nextBoolean();
                SlotRange all = new SlotRange(0, 16383);
                views.add(
                        Views.view(1 + random.nextInt(2), "witness-" + i, Views.replica("witness-" + i, "a", epochOfA),
                                knowsB ? Views.primary("a", epochOfA) : Views.primary("a", epochOfA, all),
                                knowsB ? Views.primary("b", epochOfB, all) : Views.replica("b", "a", epochOfA)));
            }
            Collections.shuffle(views, random);

            SlotMap map = mergeAll(views);

            // Only views of the newest two rounds say who is there; round 1 and 2 are both of them.
            assertThat(map.primary(0)).isNotNull().extracting(node -> node.id()).isEqualTo("b");
            assertThat(map.coveredSlots()).isEqualTo(SlotMap.SLOTS);
            assertThat(map.epoch(16383)).isEqualTo(epochOfB);
        }
    }

    @Test
    void randomViewsAreNotAllAlike() {
        Random random = new Random(99);
        Set<Integer> covered = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            covered.add(mergeAll(randomViews(random)).coveredSlots());
        }

        assertThat(covered).hasSizeGreaterThan(5);
    }

    private static SlotMap mergeAll(List<ClusterView> views) {
        Evidence evidence = Evidence.NONE;
        for (ClusterView view : views) {
            evidence = evidence.merge(view);
        }
        return evidence.assemble();
    }

    /** Views that contradict each other in every way: rounds, epochs, owners, roles, flags, details, members. */
    private static List<ClusterView> randomViews(Random random) {
        List<ClusterView> views = new ArrayList<>();
        int count = 2 + random.nextInt(10);
        for (int i = 0; i < count; i++) {
            String asked = id(random.nextInt(NODES));
            List<NodeView> nodes = new ArrayList<>();
            List<List<SlotRange>> slots = randomOwners(random);
            for (int n = 0; n < NODES; n++) {
                if (id(n).equals(asked) || random.nextInt(5) > 0) {
                    nodes.add(randomNode(random, n, slots.get(n)));
                }
            }
            views.add(new ClusterView(1 + random.nextInt(6), asked, nodes));
        }
        return views;
    }

    private static NodeView randomNode(Random random, int n, List<SlotRange> slots) {
        boolean primary = random.nextInt(4) > 0;
        Set<Flag> flags = EnumSet.noneOf(Flag.class);
        if (random.nextInt(4) == 0) {
            flags.add(FLAGS.get(random.nextInt(FLAGS.size())));
        }
        List<SlotMove> moves = random.nextInt(4) > 0
                ? List.of()
                : List.of(new SlotMove(random.nextInt(16384), id(n), id(random.nextInt(NODES))));
        return new NodeView(id(n), address(id(random.nextInt(8) == 0 ? random.nextInt(NODES) : n)),
                List.of(address("alias-" + random.nextInt(4))), primary ? Role.PRIMARY : Role.REPLICA,
                primary ? null : id(random.nextInt(NODES)), random.nextInt(5), flags, primary ? slots : List.of(),
                moves,
                random.nextInt(3) == 0 ? "zone-" + random.nextInt(3) : null,
                random.nextInt(3) == 0 ? "shard-" + random.nextInt(3) : null);
    }

    private static List<List<SlotRange>> randomOwners(Random random) {
        List<List<SlotRange>> slots = new ArrayList<>();
        for (int n = 0; n < NODES; n++) {
            slots.add(new ArrayList<>());
        }
        for (int first = 0; first < SlotMap.SLOTS; first += SLOT_STEP) {
            if (random.nextInt(10) > 0) {
                slots.get(random.nextInt(NODES)).add(new SlotRange(first, first + SLOT_STEP - 1));
            }
        }
        return slots;
    }

    private static String id(int n) {
        return "node-" + n;
    }
}
