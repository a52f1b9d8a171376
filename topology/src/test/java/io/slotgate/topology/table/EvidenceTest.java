package io.slotgate.topology.table;

import static io.slotgate.topology.table.Views.address;
import static io.slotgate.topology.table.Views.at;
import static io.slotgate.topology.table.Views.flagged;
import static io.slotgate.topology.table.Views.in;
import static io.slotgate.topology.table.Views.moving;
import static io.slotgate.topology.table.Views.primary;
import static io.slotgate.topology.table.Views.replica;
import static io.slotgate.topology.table.Views.slots;
import static io.slotgate.topology.table.Views.view;
import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.topology.model.Health;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Node;
import io.slotgate.topology.model.NodeView.Flag;
import io.slotgate.topology.model.Observation;
import io.slotgate.topology.model.Observation.NodeLost;
import io.slotgate.topology.model.Role;
import io.slotgate.topology.model.Shard;
import io.slotgate.topology.model.SlotMap;
import io.slotgate.topology.model.SlotMove;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class EvidenceTest {

    @Test
    void aViewGivesShardsWithReplicas() {
        SlotMap map = map(view(1, "a", primary("a", 1, slots(0, 8191)), primary("b", 2, slots(8192, 16383)),
                replica("ra", "a", 1), replica("rb", "b", 2)));

        assertThat(map.coveredSlots()).isEqualTo(16384);
        assertThat(map.shards()).extracting(Shard::id).containsExactly("a", "b");
        assertThat(shard(map, 0).replicas()).extracting(Node::id).containsExactly("ra");
        assertThat(shard(map, 16383).primary().id()).isEqualTo("b");
        assertThat(map.epoch(16383)).isEqualTo(2);
        assertThat(map.node(address("rb"))).isNotNull();
    }

    @Test
    void theHigherEpochWinsOverALaterView() {
        SlotMap map = map(
                view(1, "r", primary("p", 3), primary("r", 7, slots(0, 16383))),
                view(2, "old", primary("old", 1), primary("p", 3, slots(0, 16383)), replica("r", "p", 3)));

        assertThat(shard(map, 0).primary().id()).isEqualTo("r");
        assertThat(map.node("r")).isNotNull().extracting(Node::role).isEqualTo(Role.PRIMARY);
    }

    @Test
    void afterAFailoverTheFailedPrimaryIsMarkedAndInNoShard() {
        SlotMap map = map(
                view(1, "w", primary("w", 1, slots(0, 0)), primary("p", 3, slots(1, 16383)), replica("r", "p", 3)),
                view(2, "w", primary("w", 1, slots(0, 0)), flagged(primary("p", 3), Flag.FAILED),
                        primary("r", 7, slots(1, 16383))));

        assertThat(map.shards()).extracting(shard -> shard.primary().id()).containsExactly("w", "r");
        assertThat(map.node("p")).isNotNull().extracting(Node::health).isEqualTo(Health.FAILED);
        assertThat(map.nodes()).hasSize(3);
    }

    @Test
    void aFailedPrimaryThatStillOwnsItsSlotsIsMarked() {
        SlotMap map = map(view(1, "w", primary("w", 1, slots(0, 0)),
                flagged(primary("p", 3, slots(1, 16383)), Flag.FAILED), replica("r", "p", 3)));

        assertThat(shard(map, 5).primary().health()).isEqualTo(Health.FAILED);
        assertThat(shard(map, 5).replicas()).extracting(Node::id).containsExactly("r");
    }

    @Test
    void aNodeComesAndGoesWithTheViewsOfTwoRounds() {
        Observation with = view(1, "a", primary("a", 1, slots(0, 16383)), replica("ra", "a", 1));
        Observation without = view(2, "a", primary("a", 1, slots(0, 16383)));
        Observation stillWithout = view(3, "a", primary("a", 1, slots(0, 16383)));
        Observation fromElsewhere = view(1, "ra", primary("a", 1, slots(0, 16383)), replica("ra", "a", 1));

        assertThat(map(with).nodes()).hasSize(2);
        assertThat(map(with, fromElsewhere, without).nodes()).hasSize(2);
        assertThat(map(with, fromElsewhere, without, stillWithout).nodes()).hasSize(1);
    }

    @Test
    void aNodeThatTheNewestRoundDoesNotKnowIsSuspectedAndNoShardOfItsOwn() {
        SlotMap map = map(
                view(1, "w", primary("w", 1, slots(0, 0)), primary("p", 3, slots(1, 16383)), replica("r", "p", 3)),
                view(1, "r", primary("w", 1, slots(0, 0)), primary("p", 3, slots(1, 16383)), replica("r", "p", 3)),
                view(2, "w", primary("w", 1, slots(0, 0)), primary("r", 7, slots(1, 16383))));

        assertThat(health(map, "p")).isEqualTo(Health.SUSPECTED);
        assertThat(map.shards()).extracting(shard -> shard.primary().id()).containsExactly("w", "r");
    }

    @Test
    void slotsOfANodeThatLeftHaveNoOwner() {
        SlotMap map = map(
                view(1, "a", primary("a", 1, slots(0, 99)), primary("b", 9, slots(100, 199))),
                view(2, "a", primary("a", 1, slots(0, 99))),
                view(3, "a", primary("a", 1, slots(0, 99))));

        assertThat(map.primary(100)).isNull();
        assertThat(map.coveredSlots()).isEqualTo(100);
    }

    @Test
    void aNodesOwnViewDeniesWhatOthersStillClaimForIt() {
        Observation stale = view(2, "w", primary("w", 1), primary("a", 5, slots(0, 9)), primary("b", 4));
        Observation own = view(2, "a", primary("a", 5, slots(1, 9)), primary("b", 4), primary("w", 1));
        Observation target = view(2, "b", primary("b", 4, slots(0, 0)), primary("a", 5, slots(1, 9)), primary("w", 1));

        assertThat(shard(map(stale, own, target), 0).primary().id()).isEqualTo("b");
        assertThat(map(stale, own).primary(0)).isNull();
    }

    @Test
    void aViewThatShowsANodeUnderAHigherEpochIsNewerThanItsOwn() {
        Observation own = view(2, "a", primary("a", 5, slots(1, 9)), primary("w", 1, slots(100, 100)));
        Observation later = view(2, "w", primary("w", 1, slots(100, 100)), primary("a", 6, slots(0, 9)));

        assertThat(shard(map(own, later), 0).primary().id()).isEqualTo("a");
    }

    @Test
    void viewsWithoutAnySlotTellNothing() {
        Evidence evidence = merge(view(1, "a", primary("a", 1, slots(0, 16383)), replica("ra", "a", 1)));

        assertThat(evidence.merge(view(2, "reset", primary("reset", 0)))).isSameAs(evidence);
    }

    @Test
    void viewsOfLongAgoAreDropped() {
        SlotMap map = map(
                view(1, "old", primary("old", 1), primary("a", 99, slots(0, 0)), primary("b", 2)),
                view(1 + Evidence.KEPT_ROUNDS, "b", primary("b", 2, slots(0, 0)), primary("a", 1), primary("old", 1)));

        assertThat(shard(map, 0).primary().id()).isEqualTo("b");
    }

    @Test
    void primariesWithoutSlotsAreShardsToo() {
        SlotMap map = map(view(1, "a", primary("a", 1, slots(0, 16383)), primary("empty", 0)));

        assertThat(map.shards()).extracting(Shard::id).containsExactly("a", "empty");
    }

    @Test
    void replicasOfANodeThatBecameAReplicaFollowItsPrimary() {
        SlotMap map = map(view(1, "new", primary("new", 8, slots(0, 16383)), replica("old", "new", 8),
                replica("r", "old", 8)));

        assertThat(shard(map, 0).replicas()).extracting(Node::id).containsExactly("old", "r");
    }

    @Test
    void zonesAndShardIdsAreKeptWhenLaterViewsDoNotTellThem() {
        SlotMap map = map(
                view(1, "a", in(primary("a", 1, slots(0, 16383)), "zone-a", "shard-1"), replica("ra", "a", 1)),
                view(2, "ra", primary("a", 1, slots(0, 16383)), in(replica("ra", "a", 1), "zone-b", "shard-1")),
                view(9, "w", primary("a", 1, slots(0, 16383)), replica("ra", "a", 1), replica("w", "a", 1)));

        assertThat(shard(map, 0).id()).isEqualTo("shard-1");
        assertThat(shard(map, 0).primary().zone()).isEqualTo("zone-a");
        assertThat(shard(map, 0).replicas().get(0).zone()).isEqualTo("zone-b");
    }

    @Test
    void ofTwoPrimariesOfOneShardTheHigherEpochHasItsId() {
        SlotMap map = map(view(1, "r", in(primary("r", 7, slots(1, 16383)), "zone-b", "shard-1"),
                in(primary("p", 3, slots(0, 0)), null, "shard-1")));

        assertThat(shard(map, 1).id()).isEqualTo("shard-1");
        assertThat(shard(map, 0).id()).isEqualTo("p");
    }

    @Test
    void suspicionOfOneOfTheLastTwoRoundsCounts() {
        Observation suspects = view(1, "w", primary("w", 1, slots(0, 0)),
                flagged(primary("p", 3, slots(1, 9)), Flag.SUSPECTED));
        Observation trusts = view(2, "v", primary("w", 1, slots(0, 0)), primary("p", 3, slots(1, 9)), primary("v", 0));
        Observation trustsToo = view(3, "v", primary("w", 1, slots(0, 0)), primary("p", 3, slots(1, 9)),
                primary("v", 0));

        assertThat(health(map(suspects, trusts), "p")).isEqualTo(Health.SUSPECTED);
        assertThat(health(map(suspects, trusts, trustsToo), "p")).isEqualTo(Health.UP);
    }

    @Test
    void whomMostOthersCannotReachMakesNobodySuspect() {
        Observation one = view(1, "a", primary("a", 1, slots(0, 5)), primary("b", 2, slots(6, 9)),
                flagged(primary("i", 3, slots(10, 16383)), Flag.SUSPECTED));
        Observation other = view(1, "b", primary("a", 1, slots(0, 5)), primary("b", 2, slots(6, 9)),
                flagged(primary("i", 3, slots(10, 16383)), Flag.FAILED));
        Observation isolated = view(2, "i", flagged(primary("a", 1, slots(0, 5)), Flag.SUSPECTED),
                flagged(primary("b", 2, slots(6, 9)), Flag.SUSPECTED), primary("i", 3, slots(10, 16383)));

        SlotMap map = map(one, other, isolated);

        assertThat(health(map, "a")).isEqualTo(Health.UP);
        assertThat(health(map, "b")).isEqualTo(Health.UP);
        assertThat(health(map, "i")).isEqualTo(Health.FAILED);
        assertThat(map(isolated, other, one).describesSameAs(map)).isTrue();
    }

    @Test
    void ofTwoThatSuspectEachOtherNeitherIsTrusted() {
        Observation one = view(1, "a", primary("a", 1, slots(0, 5)),
                flagged(primary("b", 2, slots(6, 9)), Flag.SUSPECTED));
        Observation other = view(1, "b", flagged(primary("a", 1, slots(0, 5)), Flag.SUSPECTED),
                primary("b", 2, slots(6, 9)));

        assertThat(health(map(one, other), "a")).isEqualTo(Health.SUSPECTED);
        assertThat(health(map(one, other), "b")).isEqualTo(Health.SUSPECTED);
    }

    @Test
    void aNodeIsLoadingWhileAllSaySo() {
        Observation loading = view(1, "a", primary("a", 1, slots(0, 0)), flagged(replica("r", "a", 1), Flag.LOADING));
        Observation loaded = view(1, "r", primary("a", 1, slots(0, 0)), replica("r", "a", 1));

        assertThat(health(map(loading), "r")).isEqualTo(Health.LOADING);
        assertThat(health(map(loading, loaded), "r")).isEqualTo(Health.UP);
    }

    @Test
    void aLostNodeIsSuspectedUntilItAnswersALaterRound() {
        Observation first = view(1, "a", primary("a", 1, slots(0, 0)), replica("r", "a", 1));
        NodeLost lost = new NodeLost(address("r"));
        Observation others = view(2, "a", primary("a", 1, slots(0, 0)), replica("r", "a", 1));
        Observation own = view(2, "r", primary("a", 1, slots(0, 0)), replica("r", "a", 1));

        assertThat(health(map(first, lost), "r")).isEqualTo(Health.SUSPECTED);
        assertThat(health(map(first, lost, others), "r")).isEqualTo(Health.SUSPECTED);
        assertThat(health(map(first, lost, others, own), "r")).isEqualTo(Health.UP);
        assertThat(merge(first, lost).merge(lost)).extracting(Evidence::losses).isEqualTo(merge(first, lost).losses());
    }

    @Test
    void losingAnUnknownNodeTellsNothing() {
        Evidence evidence = merge(view(1, "a", primary("a", 1, slots(0, 0))));

        assertThat(evidence.merge(new NodeLost(new HostPort("nobody", 1)))).isSameAs(evidence);
    }

    @Test
    void movesAreShownWhileTheSourceOwnsTheSlot() {
        SlotMove move = new SlotMove(5, "a", "b");
        Observation source = view(1, "a", moving(primary("a", 1, slots(0, 9)), move), primary("b", 2));
        Observation target = view(1, "b", primary("a", 1, slots(0, 9)), moving(primary("b", 2), move));
        Observation done = view(2, "b", primary("a", 1, slots(0, 4), slots(6, 9)), primary("b", 3, slots(5, 5)));

        assertThat(map(source, target).moves()).containsExactly(move);
        assertThat(map(source, target, done).moves()).isEmpty();
    }

    @Test
    void anAddressLeadsToTheNodeThatIsWell() {
        HostPort shared = new HostPort("10.0.0.1", 6379);
        SlotMap map = map(view(1, "z", at(primary("z", 5, slots(0, 9)), shared),
                flagged(at(primary("a", 1), shared), Flag.FAILED)));

        assertThat(map.node(shared)).isNotNull().extracting(Node::id).isEqualTo("z");
    }

    @Test
    void nodesAreFoundByTheirAliases() {
        HostPort ip = new HostPort("10.0.0.1", 6379);
        SlotMap map = map(view(1, "a", at(primary("a", 5, slots(0, 9)), address("a"), ip)));

        assertThat(map.node(ip)).isNotNull().extracting(Node::id).isEqualTo("a");
    }

    private static Evidence merge(Observation... observations) {
        Evidence evidence = Evidence.NONE;
        for (Observation observation : observations) {
            evidence = evidence.merge(observation);
        }
        return evidence;
    }

    private static SlotMap map(Observation... observations) {
        return merge(observations).assemble();
    }

    private static Shard shard(SlotMap map, int slot) {
        return Objects.requireNonNull(map.shard(slot));
    }

    private static Health health(SlotMap map, String id) {
        return Objects.requireNonNull(map.node(id)).health();
    }
}
