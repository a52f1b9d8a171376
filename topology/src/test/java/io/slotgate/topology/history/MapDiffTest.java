package io.slotgate.topology.history;

import static io.slotgate.topology.history.Maps.address;
import static io.slotgate.topology.history.Maps.in;
import static io.slotgate.topology.history.Maps.name;
import static io.slotgate.topology.history.Maps.primary;
import static io.slotgate.topology.history.Maps.replica;
import static io.slotgate.topology.history.Maps.shard;
import static io.slotgate.topology.history.Maps.slots;
import static io.slotgate.topology.history.Maps.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.topology.history.TopologyEvent.AddressChanged;
import io.slotgate.topology.history.TopologyEvent.ClusterFound;
import io.slotgate.topology.history.TopologyEvent.FailedOver;
import io.slotgate.topology.history.TopologyEvent.MoveBegan;
import io.slotgate.topology.history.TopologyEvent.MoveEnded;
import io.slotgate.topology.history.TopologyEvent.NodeAdded;
import io.slotgate.topology.history.TopologyEvent.NodeHealthChanged;
import io.slotgate.topology.history.TopologyEvent.NodeRemoved;
import io.slotgate.topology.history.TopologyEvent.ReplicaMoved;
import io.slotgate.topology.history.TopologyEvent.RoleChanged;
import io.slotgate.topology.history.TopologyEvent.ShardAdded;
import io.slotgate.topology.history.TopologyEvent.ShardRemoved;
import io.slotgate.topology.history.TopologyEvent.SlotsMoved;
import io.slotgate.topology.history.TopologyEvent.ZoneChanged;
import io.slotgate.topology.model.Health;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Node;
import io.slotgate.topology.model.Role;
import io.slotgate.topology.model.SlotMap;
import io.slotgate.topology.model.SlotMapBuilder;
import io.slotgate.topology.model.SlotMove;
import io.slotgate.topology.model.SlotRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MapDiffTest {
    private static final Node A = primary("a");
    private static final Node B = primary("b");

    /** Two shards, s with the primary a and the replicas x and y, t with b and z. */
    private static SlotMapBuilder usual() {
        return SlotMap.builder().shard(shard("s", A, replica("x"), replica("y")), 1, slots(0, 8191))
                .shard(shard("t", B, replica("z")), 2, slots(8192, 16383));
    }

    private static List<TopologyEvent> from(SlotMapBuilder before, SlotMapBuilder after) {
        return MapDiff.between(before.build(), after.build());
    }

    @Test
    void theFirstMapIsOneEvent() {
        assertThat(MapDiff.between(SlotMap.empty(), SlotMap.empty())).isEmpty();
        assertThat(MapDiff.between(SlotMap.empty(), usual().build())).containsExactly(new ClusterFound(2, 5, 16384));
    }

    @Test
    void mapsThatSayTheSameDiffInNothing() {
        assertThat(from(usual(), usual())).isEmpty();
    }

    @Test
    void aReplicaThatTakesOverIsAFailoverAndNoMove() {
        SlotMapBuilder after = SlotMap.builder()
                .shard(shard("s", primary("x"), replica("a"), replica("y")), 3, slots(0, 8191))
                .shard(shard("t", B, replica("z")), 2, slots(8192, 16383));

        assertThat(from(usual(), after)).containsExactly(new FailedOver("s", name("a"), name("x")));
    }

    @Test
    void shardsWithoutIdsOfTheirOwnFailOverToo() {
        SlotMapBuilder before = SlotMap.builder().shard(shard("a", A, replica("x"), replica("y")), 1, slots(0, 16383));
        SlotMapBuilder after = SlotMap.builder()
                .shard(shard("x", primary("x"), replica("y")), 2, slots(0, 16383)).node(with(A, Health.FAILED));

        assertThat(from(before, after)).containsExactly(new NodeHealthChanged(name("a"), Health.UP, Health.FAILED),
                new FailedOver("x", name("a"), name("x")));
    }

    @Test
    void theFirstRedirectToAReplicaShowsTheFailoverAndTheRestBelongsToIt() {
        SlotMapBuilder redirected = SlotMap.builder()
                .shard(shard("s", A, replica("y")), 1, slots(0, 4, 6, 8191))
                .shard(shard("x", primary("x")), 0, slots(5, 5))
                .shard(shard("t", B, replica("z")), 2, slots(8192, 16383));
        SlotMapBuilder after = SlotMap.builder()
                .shard(shard("s", primary("x"), replica("y")), 3, slots(0, 8191))
                .shard(shard("t", B, replica("z")), 2, slots(8192, 16383))
                .node(with(A, Health.SUSPECTED));

        assertThat(from(usual(), redirected)).containsExactly(new FailedOver("x", name("a"), name("x")));
        assertThat(from(redirected, after)).containsExactly(
                new NodeHealthChanged(name("a"), Health.UP, Health.SUSPECTED),
                new FailedOver("s", name("a"), name("x")));
    }

    @Test
    void slotsThatGoToAnotherShardHaveMoved() {
        SlotMapBuilder after = SlotMap.builder()
                .shard(shard("s", A, replica("x"), replica("y")), 1, slots(0, 99, 102, 149, 160, 8191))
                .shard(shard("t", B, replica("z")), 3, slots(100, 101, 150, 159, 8192, 16383));

        assertThat(from(usual(), after)).containsExactly(
                new SlotsMoved(slots(100, 101, 150, 159), name("a"), name("b")));
        assertThat(from(after, usual())).containsExactly(
                new SlotsMoved(slots(100, 101, 150, 159), name("b"), name("a")));
    }

    @Test
    void slotsCanLoseTheirOwnerAndGetOne() {
        SlotMapBuilder partly = SlotMap.builder().shard(shard("s", A, replica("x"), replica("y")), 1, slots(0, 8191))
                .shard(shard("t", B, replica("z")), 2, slots(8192, 16000));

        assertThat(from(usual(), partly)).containsExactly(new SlotsMoved(slots(16001, 16383), name("b"), null));
        assertThat(from(partly, usual())).containsExactly(new SlotsMoved(slots(16001, 16383), null, name("b")));
    }

    @Test
    void aShardIsThereFromItsFirstSlotToItsLast() {
        SlotMapBuilder empty = usual().shard(shard("u", primary("c")), 0, List.of());
        SlotMapBuilder one = SlotMap.builder()
                .shard(shard("s", A, replica("x"), replica("y")), 1, slots(1, 8191))
                .shard(shard("t", B, replica("z")), 2, slots(8192, 16383))
                .shard(shard("u", primary("c")), 3, slots(0, 0));

        assertThat(from(usual(), empty)).containsExactly(new NodeAdded(name("c"), Role.PRIMARY, null));
        assertThat(from(empty, one)).containsExactly(new SlotsMoved(slots(0, 0), name("a"), name("c")),
                new ShardAdded("u", name("c")));
        assertThat(from(one, empty)).containsExactly(new SlotsMoved(slots(0, 0), name("c"), name("a")),
                new ShardRemoved("u", name("c")));
        assertThat(from(empty, usual())).containsExactly(new NodeRemoved(name("c")));
    }

    @Test
    void aNodeThatARedirectHasNamedIsTheSameWhenItsIdIsKnown() {
        Node unknown = Node.provisional(address("c"));
        SlotMapBuilder redirected = SlotMap.builder()
                .shard(shard("s", A, replica("x"), replica("y")), 1, slots(1, 8191))
                .shard(shard("t", B, replica("z")), 2, slots(8192, 16383))
                .shard(shard("p", unknown), 0, slots(0, 0));
        SlotMapBuilder known = SlotMap.builder()
                .shard(shard("s", A, replica("x"), replica("y")), 1, slots(1, 8191))
                .shard(shard("t", B, replica("z")), 2, slots(8192, 16383))
                .shard(shard("u", primary("c")), 3, slots(0, 0));

        assertThat(from(usual(), redirected)).containsExactly(
                new SlotsMoved(slots(0, 0), name("a"), new NodeName(unknown.id(), address("c"))));
        assertThat(from(redirected, known)).containsExactly(new NodeAdded(name("c"), Role.PRIMARY, null));
    }

    @Test
    void slotsOnTheirWayAreToldWhenTheyLeaveAndWhenTheyStay() {
        SlotMapBuilder moving = usual().move(new SlotMove(3, "a", "b")).move(new SlotMove(4, "a", "b"))
                .move(new SlotMove(4, "a", "z")).move(new SlotMove(9000, "b", "a"));
        SlotMapBuilder arrived = SlotMap.builder()
                .shard(shard("s", A, replica("x"), replica("y")), 1, slots(0, 2, 4, 8191))
                .shard(shard("t", B, replica("z")), 3, slots(3, 3, 8192, 16383));

        assertThat(from(usual(), moving)).containsExactly(new MoveBegan(slots(3, 4), name("a"), name("b")),
                new MoveBegan(slots(9000, 9000), name("b"), name("a")));
        assertThat(from(moving, arrived)).containsExactly(new SlotsMoved(slots(3, 3), name("a"), name("b")),
                new MoveEnded(slots(4, 4), name("a"), name("b")),
                new MoveEnded(slots(9000, 9000), name("b"), name("a")));
    }

    @Test
    void nodesChangeInOtherWays() {
        Node elsewhere = new Node("z", new HostPort("10.0.0.9", 6379), Role.REPLICA, "c2", Health.LOADING);
        SlotMapBuilder before = SlotMap.builder().shard(shard("s", A, replica("x"), replica("y")), 1, slots(0, 8191))
                .shard(shard("t", B, in(replica("z"), "c1")), 2, slots(8192, 16383))
                .node(with(primary("old"), Health.FAILED));
        SlotMapBuilder after = SlotMap.builder().shard(shard("s", in(A, "c1"), replica("x")), 1, slots(0, 8191))
                .shard(shard("t", B, replica("y"), elsewhere, replica("old")), 2, slots(8192, 16383));

        assertThat(from(before, after)).containsExactly(
                new NodeHealthChanged(name("old"), Health.FAILED, Health.UP),
                new NodeHealthChanged(new NodeName("z", elsewhere.address()), Health.UP, Health.LOADING),
                new RoleChanged(name("old"), Role.PRIMARY, Role.REPLICA),
                new ReplicaMoved(name("y"), name("a"), name("b")),
                new AddressChanged(new NodeName("z", elsewhere.address()), address("z"), elsewhere.address()),
                new ZoneChanged(new NodeName("z", elsewhere.address()), "c1", "c2"));
    }

    /** Whatever happens to slots, the events tell the whole of it. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void eventsLeadFromOneMapToTheNext(long seed) {
        Random random = new Random(seed);
        SlotMap before = random(random);
        for (int step = 0; step < 30; step++) {
            SlotMap after = random(random);
            String[] owners = owners(before);
            for (TopologyEvent event : MapDiff.between(before, after)) {
                switch (event) {
                    case SlotsMoved moved -> moved.slots().forEach(range -> {
                        for (int slot = range.first(); slot <= range.last(); slot++) {
                            assertThat(owners[slot]).isEqualTo(moved.from() == null ? "" : moved.from().id());
                            owners[slot] = moved.to() == null ? "" : moved.to().id();
                        }
                    });
                    case FailedOver failover -> {
                        // In the shard, so it takes those slots that are its own in the end.
                        for (int slot = 0; slot < owners.length; slot++) {
                            if (owners[slot].equals(failover.from().id())
                                    && owners(after)[slot].equals(failover.to().id())) {
                                owners[slot] = failover.to().id();
                            }
                        }
                    }
                    default -> {
                        // not about slots
                    }
                }
            }
            assertThat(owners).isEqualTo(owners(after));
            before = after;
        }
    }

    private static String[] owners(SlotMap map) {
        String[] owners = new String[SlotMap.SLOTS];
        Arrays.setAll(owners, slot -> {
            Node owner = map.primary(slot);
            return owner == null ? "" : owner.id();
        });
        return owners;
    }

    private static SlotMap random(Random random) {
        int shards = 4;
        List<List<SlotRange>> slots = new ArrayList<>();
        for (int i = 0; i <= shards; i++) {
            slots.add(new ArrayList<>());
        }
        for (int first = 0; first < SlotMap.SLOTS;) {
            int last = Math.min(SlotMap.SLOTS - 1, first + random.nextInt(4000));
            slots.get(random.nextInt(shards + 1)).add(new SlotRange(first, last));
            first = last + 1;
        }
        SlotMapBuilder map = SlotMap.builder();
        for (int i = 0; i < shards; i++) {
            boolean failedOver = random.nextInt(4) == 0;
            map.shard(shard("s" + i, primary((failedOver ? "r" : "p") + i), replica((failedOver ? "p" : "r") + i)), i,
                    slots.get(i));
        }
        return map.build();
    }
}
