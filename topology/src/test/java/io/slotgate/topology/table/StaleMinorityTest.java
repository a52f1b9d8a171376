package io.slotgate.topology.table;

import static io.slotgate.topology.table.Views.address;
import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.topology.model.Health;
import io.slotgate.topology.model.Node;
import io.slotgate.topology.model.Observation;
import io.slotgate.topology.model.Observation.NodeLost;
import io.slotgate.topology.model.SlotMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The small side of a partition, which has heard of nothing since, says so again and again. */
class StaleMinorityTest {
    private static final int TRIALS = 15;
    private static final int REPETITIONS = 120;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34})
    void takesNoSlotHoweverOftenItIsHeardAndTheMajorityIsNot(long seed) {
        Random random = new Random(seed);
        for (int trial = 0; trial < TRIALS; trial++) {
            PartitionedCluster cluster = new PartitionedCluster(random);
            Evidence evidence = merge(Evidence.NONE, cluster.majorityViews(1));
            SlotMap majority = evidence.assemble();
            List<Supplier<Observation>> voices = List.of(() -> cluster.staleView(1 + random.nextInt(40)),
                    () -> cluster.staleViewToldByAnotherProxy(1 + random.nextInt(40)),
                    cluster::staleRedirect, () -> new NodeLost(address(cluster.majorityNode())));
            for (int i = 0; i < REPETITIONS; i++) {
                Observation stale = voices.get(random.nextInt(voices.size())).get();
                evidence = evidence.merge(stale);

                assertSameOwners(majority, evidence.assemble(), "seed " + seed + " trial " + trial + ": " + stale);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 44, 444, 4444})
    void takesNothingWhereItWasHeardFirst(long seed) {
        Random random = new Random(seed);
        for (int trial = 0; trial < TRIALS; trial++) {
            PartitionedCluster cluster = new PartitionedCluster(random);
            SlotMap majority = merge(Evidence.NONE, cluster.majorityViews(1)).assemble();
            Evidence evidence = Evidence.NONE;
            for (int i = 0; i < REPETITIONS; i++) {
                evidence = evidence.merge(cluster.staleView(1 + random.nextInt(3)));
            }

            evidence = merge(evidence, cluster.majorityViews(1 + random.nextInt(4)));

            assertSameOwners(majority, evidence.assemble(), "seed " + seed + " trial " + trial);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {6, 66, 666, 6666})
    void makesNobodyLookIllAsLongAsTheMajorityIsAskedToo(long seed) {
        Random random = new Random(seed);
        for (int trial = 0; trial < TRIALS; trial++) {
            PartitionedCluster cluster = new PartitionedCluster(random);
            Evidence evidence = merge(Evidence.NONE, cluster.majorityViews(1));
            for (long round = 2; round < 30; round++) {
                List<Observation> answers = new ArrayList<>(cluster.majorityViews(round));
                for (int i = random.nextInt(12); i > 0; i--) {
                    answers.add(random.nextInt(answers.size() + 1), cluster.staleView(round));
                }
                evidence = merge(evidence, answers);

                SlotMap map = evidence.assemble();
                for (String id : cluster.majority()) {
                    assertThat(Objects.requireNonNull(map.node(id)).health())
                            .as("seed %s trial %s round %s: %s", seed, trial, round, id).isEqualTo(Health.UP);
                }
            }
        }
    }

    private static Evidence merge(Evidence before, List<? extends Observation> observations) {
        Evidence evidence = before;
        for (Observation observation : observations) {
            evidence = evidence.merge(observation);
        }
        return evidence;
    }

    private static void assertSameOwners(SlotMap expected, SlotMap map, String when) {
        for (int slot = 0; slot < PartitionedCluster.SLOTS; slot++) {
            Node owner = Objects.requireNonNull(expected.primary(slot));
            assertThat(map.primary(slot)).as("slot %s, %s", slot, when).isNotNull().extracting(Node::id)
                    .isEqualTo(owner.id());
            assertThat(map.epoch(slot)).as("epoch of slot %s, %s", slot, when).isEqualTo(expected.epoch(slot));
        }
    }
}
