package io.slotgate.topology.table;

import static io.slotgate.topology.table.Views.address;
import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.topology.model.Node;
import io.slotgate.topology.model.Observation;
import io.slotgate.topology.model.Observation.ClusterView;
import io.slotgate.topology.model.Observation.NodeLost;
import io.slotgate.topology.model.Observation.Redirect;
import io.slotgate.topology.model.SlotMap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Views, redirects, lost connections and what other proxies tell, of a cluster that changes all the time, may come late, more than
 * once, and in any order. Redirects and losses have no epoch: what they do depends on what is known when they come, but not for long.
 */
class MixedOrderTest {
    private static final int TRIALS = 40;
    private static final int OBSERVATIONS = 60;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34, 55, 89})
    void whateverWasHeardInWhateverOrderWhatTheNodesThenSaySettlesIt(long seed) {
        Random random = new Random(seed);
        for (int trial = 0; trial < TRIALS; trial++) {
            ChangingCluster cluster = new ChangingCluster(random);
            List<Observation> heard = heard(random, cluster);
            List<Observation> settling = new ArrayList<>(cluster.everyNodesView(cluster.round() + 2));
            settling.addAll(cluster.everyNodesView(cluster.round() + 3));
            SlotMap truth = mergeAll(Evidence.NONE, settling).assemble();

            List<Observation> shuffled = again(random, heard);
            SlotMap map = mergeAll(mergeAll(Evidence.NONE, shuffled), again(random, settling)).assemble();

            assertThat(map.describesSameAs(truth)).as("seed %s trial %s: %s", seed, trial, shuffled).isTrue();
            assertThat(IntStream.range(0, ChangingCluster.SLOTS)).as("seed %s trial %s", seed, trial)
                    .allSatisfy(slot -> assertThat(map.primary(slot)).isNotNull().extracting(Node::id)
                            .isEqualTo(cluster.owner(slot)));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {7, 77, 777, 7777})
    void inNoOrderDoesASlotGoToANodeThatNeverHadIt(long seed) {
        Random random = new Random(seed);
        for (int trial = 0; trial < TRIALS; trial++) {
            ChangingCluster cluster = new ChangingCluster(random);
            Evidence evidence = Evidence.NONE;
            for (Observation observation : again(random, heard(random, cluster))) {
                evidence = evidence.merge(observation);

                for (int slot = 0; slot < ChangingCluster.SLOTS; slot++) {
                    var owner = SlotOwners.address(evidence, slot);
                    assertThat(owner == null || cluster.everOwned(slot, owner))
                            .as("seed %s trial %s: slot %s at %s after %s", seed, trial, slot, owner, observation)
                            .isTrue();
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 44, 444})
    void whatIsHeardTwiceTellsNothingNew(long seed) {
        Random random = new Random(seed);
        for (int trial = 0; trial < TRIALS; trial++) {
            Evidence evidence = Evidence.NONE;
            for (Observation observation : heard(random, new ChangingCluster(random))) {
                evidence = evidence.merge(observation);

                assertThat(evidence.merge(observation)).as("seed %s trial %s: %s", seed, trial, observation)
                        .isSameAs(evidence);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {6, 66, 666, 6666})
    void betweenTwoViewsRedirectsOfDifferentSlotsAndLossesGiveTheSameMapInAnyOrder(long seed) {
        Random random = new Random(seed);
        int changed = 0;
        for (int trial = 0; trial < TRIALS; trial++) {
            ChangingCluster cluster = new ChangingCluster(random);
            Evidence before = mergeAll(Evidence.NONE, heard(random, cluster));
            List<Observation> between = new ArrayList<>();
            for (int slot = 0; slot < ChangingCluster.SLOTS; slot++) {
                between.add(random.nextBoolean()
                        ? new NodeLost(address(cluster.anyNode()))
                        : new Redirect(slot, address(cluster.anyNode()),
                                random.nextBoolean() ? address(cluster.anyNode()) : null));
            }
            SlotMap expected = mergeAll(before, between).assemble();

            SlotMap map = mergeAll(before, again(random, between)).assemble();

            assertThat(map.describesSameAs(expected)).as("seed %s trial %s: %s", seed, trial, between).isTrue();
            changed += expected.describesSameAs(before.assemble()) ? 0 : 1;
        }
        assertThat(changed).as("maps that changed at all").isGreaterThan(TRIALS / 2);
    }

    /** A history of the cluster, and what a proxy hears meanwhile. */
    private static List<Observation> heard(Random random, ChangingCluster cluster) {
        List<Observation> heard = new ArrayList<>();
        for (int i = 0; i < OBSERVATIONS; i++) {
            cluster.change();
            heard.add(switch (random.nextInt(6)) {
                case 0, 1 -> cluster.view();
                case 2 -> cluster.redirect();
                case 3 -> new NodeLost(address(cluster.anyNode()));
                case 4 -> cluster.redirectToldByAnotherProxy();
                default -> cluster.viewToldByAnotherProxy();
            });
        }
        assertThat(heard).hasAtLeastOneElementOfType(ClusterView.class).hasAtLeastOneElementOfType(Redirect.class)
                .hasAtLeastOneElementOfType(NodeLost.class);
        return heard;
    }

    /** The same in another order, some of it more than once. */
    private static List<Observation> again(Random random, List<Observation> observations) {
        List<Observation> again = new ArrayList<>(observations);
        for (int i = random.nextInt(observations.size() + 1); i > 0; i--) {
            again.add(observations.get(random.nextInt(observations.size())));
        }
        Collections.shuffle(again, random);
        return again;
    }

    private static Evidence mergeAll(Evidence before, List<Observation> observations) {
        Evidence evidence = before;
        for (Observation observation : observations) {
            evidence = evidence.merge(observation);
        }
        return evidence;
    }
}
