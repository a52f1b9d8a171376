package io.slotgate.topology.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.topology.codec.MalformedMessageException;
import io.slotgate.topology.fleet.FleetMessage.Change;
import io.slotgate.topology.fleet.FleetMessage.Digest;
import io.slotgate.topology.fleet.FleetMessage.Everything;
import io.slotgate.topology.fleet.FleetMessage.Status;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Observation.ClusterView;
import io.slotgate.topology.model.Observation.NodeLost;
import io.slotgate.topology.model.Observation.Redirect;
import io.slotgate.topology.table.TopologyTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** One proxy's gossip by itself; members are numbers, 1 and 2 are others. */
class GossipTest {
    private static final HostPort NODE = new HostPort("10.0.0.3", 7000);

    private final SimulatedFleet.Cluster cluster = new SimulatedFleet.Cluster(10);
    private final TopologyTable table = new TopologyTable();
    private final FleetCounters counters = new FleetCounters();
    private final List<FleetMessage> said = new ArrayList<>();
    private final List<Object> heard = new ArrayList<>();
    private MemberState state = MemberState.HEALTHY;
    private final Gossip<Integer> gossip = new Gossip<>(this::self, new Post<>(new Outbox<>() {
        @Override
        public void toAll(byte[] message) {
            said.add(decode(message));
        }

        @Override
        public void to(Integer member, byte[] message) {
            said.add(decode(message));
        }
    }, counters), new FleetListener() {
        @Override
        public void redirect(Redirect redirect, String member) {
            heard.add(redirect);
        }

        @Override
        public void view(ClusterView view, String member) {
            heard.add(view);
        }

        @Override
        public void lost(HostPort node, String member) {
            heard.add(node);
        }
    }, counters, new Random(1));

    GossipTest() {
        table.subscribe(gossip::onMap);
        gossip.onMembers(List.of(1, 2));
        table.observe(cluster.view(1, 0));
        gossip.flush(0);
        said.clear();
    }

    @Test
    void theFirstMapIsNoNews() {
        gossip.flush(0);

        assertThat(said).isEmpty();
    }

    @Test
    void tellsAHigherEpochAndNothingElse() {
        cluster.failOver(4);
        table.observe(cluster.view(2, 0));
        gossip.flush(5);
        gossip.flush(6);

        assertThat(said).singleElement().isInstanceOfSatisfying(Change.class, change -> {
            assertThat(change.sentAt()).isEqualTo(5);
            assertThat(change.shards().shards()).singleElement()
                    .extracting(shard -> shard.primary().address()).isEqualTo(cluster.ownerOf(16_384 * 4 / 10 + 1));
        });
    }

    /** A primary with the highest epoch takes slots without a new one. */
    @Test
    void tellsAndHearsOfSlotsTakenUnderTheSameEpoch() {
        cluster.move(1, 9);
        table.observe(cluster.view(2, 0));
        gossip.flush(0);
        said.clear();
        cluster.move(2, 9);
        TopologyTable other = new TopologyTable();
        other.observe(cluster.view(9, 0));

        gossip.on(1, new Change(0, List.of(), List.of(), ToldMap.of(other.current())), 0);
        assertThat(heard).containsExactly(new Redirect(2, cluster.ownerOf(2)));

        cluster.move(3, 9);
        table.observe(cluster.view(3, 0));
        gossip.flush(0);
        assertThat(said).singleElement().isInstanceOf(Change.class);
    }

    @Test
    void doesNotTellWhatItHeard() {
        cluster.failOver(4);
        TopologyTable other = new TopologyTable();
        other.observe(cluster.view(9, 0));
        gossip.on(1, new Everything(true, ToldMap.of(other.current())), 0);
        ClusterView told = (ClusterView) heard.getFirst();
        table.observe(new ClusterView(1, told.askedId(), told.nodes()));
        gossip.flush(0);

        assertThat(ToldMap.of(table.current())).isEqualTo(ToldMap.of(other.current()));
        assertThat(said).isEmpty();
        assertThat(counters.healed()).isEqualTo(1);
    }

    @Test
    void dropsARedirectThatIsOlderThanWhatIsKnown() {
        Redirect old = new Redirect(3, NODE, cluster.ownerOf(3));
        gossip.on(1, change(new ToldRedirect(3, 0, old.owner(), old.from())), 0);
        assertThat(heard).isEmpty();

        gossip.on(1, change(new ToldRedirect(3, table.current().epoch(3), old.owner(), old.from())), 7);
        assertThat(heard).containsExactly(old);
        assertThat(counters.delayMillis()).isEqualTo(7);
    }

    @Test
    void tellsALostNodeOnceAndKeepsQuietWhereAnotherTold() {
        gossip.onFound(new NodeLost(NODE), 0);
        gossip.onFound(new NodeLost(NODE), 1);
        gossip.flush(1);
        HostPort other = new HostPort("10.0.0.4", 7000);
        gossip.on(2, new Change(0, List.of(), List.of(other, NODE), ToldMap.NONE), 2);
        gossip.onFound(new NodeLost(other), 3);
        gossip.flush(3);

        assertThat(said).singleElement().isInstanceOfSatisfying(Change.class,
                change -> assertThat(change.lost()).containsExactly(NODE));
        assertThat(heard).containsExactly(other);

        gossip.onFound(new NodeLost(NODE), Gossip.QUIET_MILLIS + 3);
        gossip.flush(Gossip.QUIET_MILLIS + 3);
        assertThat(said).hasSize(2);
    }

    @Test
    void answersADigestThatDiffersAndGivesUpWhereNobodyKnowsMore() {
        gossip.on(1, new Digest(5), 0);
        assertThat(said).singleElement().isInstanceOf(Everything.class);
        said.clear();

        // The same claims, but a replica less: nothing to learn for either.
        ToldMap mine = ToldMap.of(table.current());
        ToldShard shard = mine.shards().get(0);
        List<ToldShard> shards = new ArrayList<>(mine.shards());
        shards.set(0, new ToldShard(shard.primary(), shard.epoch(), shard.id(), shard.slots(), List.of()));
        ToldMap theirs = new ToldMap(shards);
        gossip.on(1, new Everything(false, theirs), 0);
        gossip.on(1, new Digest(ShardCodec.digest(theirs)), 0);

        assertThat(said).isEmpty();
        assertThat(heard).isEmpty();
    }

    @Test
    void knowsHowMembersAreUntilTheyLeave() {
        Member other = new Member("p1", "b", NODE, "2", 5, 6, 7, MemberState.DRAINING);
        gossip.on(1, new Status(other), 0);
        gossip.on(9, new Status(other), 0);
        assertThat(gossip.members()).containsExactly(other);

        gossip.onMembers(List.of(2));
        assertThat(gossip.members()).isEmpty();

        state = MemberState.DRAINING;
        gossip.onMembers(List.of(2, 3));
        assertThat(said.getFirst()).isInstanceOfSatisfying(Status.class, status -> {
            assertThat(status.member().state()).isEqualTo(MemberState.DRAINING);
            assertThat(status.member().mapDigest()).isEqualTo(ShardCodec.digest(ToldMap.of(table.current())));
        });
    }

    private Member self() {
        return new Member("p0", null, NODE, "1", 0, 0, 0, state);
    }

    private static Change change(ToldRedirect redirect) {
        return new Change(0, List.of(redirect), List.of(), ToldMap.NONE);
    }

    private static FleetMessage decode(byte[] bytes) {
        try {
            return FleetCodec.decode(bytes);
        } catch (MalformedMessageException e) {
            throw new AssertionError(e);
        }
    }
}
