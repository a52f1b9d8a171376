package io.slotgate.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.proxy.plane.Answer;
import io.slotgate.proxy.plane.FakeNode;
import io.slotgate.topology.model.Health;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Node;
import io.slotgate.topology.model.Role;
import io.slotgate.topology.model.Shard;
import io.slotgate.topology.model.SlotMap;
import io.slotgate.topology.model.SlotRange;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where reads of one shard go: the nearest first, and never to a replica that must not be read from. */
@Timeout(60)
class ReplicasTest {
    private static final int REPLICAS = 5;
    private static final int LOOKS = 60;
    /** What is null in {@link #reads}. */
    private static final String PRIMARY = "primary";

    private final UpstreamsFixture fixture = new UpstreamsFixture();
    private final Replicas replicas = fixture.upstreams.replicas();
    private final FakeNode primary = new FakeNode(command -> Answer.OK);
    private final List<FakeNode> nodes = IntStream.range(0, REPLICAS)
            .mapToObj(i -> new FakeNode(command -> Answer.OK)).toList();
    private Seen[] seen = {};
    private Set<HostPort> behind = Set.of();

    ReplicasTest() {
        nodes.forEach(node -> fixture.readyReplica(node.address()));
    }

    @AfterEach
    void close() {
        fixture.close();
        nodes.forEach(FakeNode::close);
        primary.close();
    }

    /** A replica as the map has it. */
    private record Seen(@Nullable String zone, Health health) {
        static Seen up(@Nullable String zone) {
            return new Seen(zone, Health.UP);
        }
    }

    private HostPort address(int replica) {
        return nodes.get(replica).address();
    }

    private void follow(@Nullable String zoneOfPrimary, Seen... seen) {
        this.seen = seen;
        List<Node> list = new ArrayList<>();
        for (int i = 0; i < seen.length; i++) {
            list.add(new Node("r" + i, address(i), Role.REPLICA, seen[i].zone(), seen[i].health()));
        }
        Node owner = new Node("p", primary.address(), Role.PRIMARY, zoneOfPrimary, Health.UP);
        SlotMap map = SlotMap.builder().shard(new Shard("s", owner, list), 1, List.of(new SlotRange(0, 16383)))
                .build();
        fixture.run(() -> fixture.upstreams.follow(map));
    }

    private void zone(@Nullable String own) {
        fixture.run(() -> replicas.zone(own));
    }

    private void behind(Integer... some) {
        behind = Stream.of(some).map(this::address).collect(Collectors.toSet());
        fixture.run(() -> replicas.behind(behind));
    }

    /** Where many reads go when all that are wanted are connected to: {@code r0}, {@code r1} … or {@link #PRIMARY}. */
    private Set<String> reads(boolean nearOnly) {
        // The first read has them connected to.
        fixture.run(() -> readsNow(nearOnly));
        for (int i = 0; i < seen.length; i++) {
            if (mayBeRead(i)) {
                UpstreamChannel channel = fixture.replica(address(i));
                await().until(() -> fixture.call(channel::ready));
            }
        }
        return fixture.call(() -> readsNow(nearOnly));
    }

    private Set<String> readsNow(boolean nearOnly) {
        Set<String> taken = new TreeSet<>();
        for (int i = 0; i < LOOKS; i++) {
            UpstreamChannel channel = replicas.forRead(2, i, nearOnly);
            taken.add(channel == null ? PRIMARY : name(channel.key().node()));
        }
        return taken;
    }

    private String name(HostPort address) {
        return "r" + IntStream.range(0, REPLICAS).filter(i -> address(i).equals(address)).findFirst().orElseThrow();
    }

    @Test
    void theOrderIsReplicaInOurZoneThenPrimaryInOurZoneThenFarReplicaThenFarPrimary() {
        zone("a");

        follow("a", Seen.up("a"), Seen.up("b"));
        assertThat(reads(false)).containsExactly("r0");
        follow("b", Seen.up("a"), Seen.up("b"));
        assertThat(reads(false)).containsExactly("r0");
        follow("a", Seen.up("b"), Seen.up("c"));
        assertThat(reads(false)).as("a near primary before a far replica").containsExactly(PRIMARY);
        follow("b", Seen.up("b"), Seen.up("c"), Seen.up(null));
        assertThat(reads(false)).as("a far replica before a far primary").containsExactly("r0", "r1", "r2");
        assertThat(reads(true)).as("in our zone or not at all").containsExactly(PRIMARY);
        follow("b", new Seen("a", Health.SUSPECTED), new Seen("b", Health.LOADING));
        assertThat(reads(false)).as("the far primary last").containsExactly(PRIMARY);
    }

    @Test
    void whoDoesNotKnowItsZoneTakesAllReplicasForNear() {
        follow("a", Seen.up("a"), Seen.up("b"), Seen.up(null));

        assertThat(reads(true)).containsExactly("r0", "r1", "r2");
        zone("b");
        assertThat(reads(true)).containsExactly("r1");
        zone(null);
        assertThat(reads(true)).containsExactly("r0", "r1", "r2");

        follow("a");
        assertThat(reads(false)).containsExactly(PRIMARY);
        assertThat(fixture.call(() -> fixture.worker.counters().readsAtNearPrimary)).isZero();
        assertThat(fixture.call(() -> fixture.worker.counters().readsAtPrimary)).isPositive();
    }

    @Test
    void aReplicaTooFarBehindIsNotReadFromUntilItHasCaughtUp() {
        zone("a");
        follow("b", Seen.up("a"), Seen.up("a"), Seen.up("b"));

        behind(0);
        assertThat(reads(false)).containsExactly("r1");
        behind(0, 1);
        assertThat(reads(false)).containsExactly("r2");
        follow("b", Seen.up("a"), Seen.up("a"), Seen.up("b"));
        assertThat(reads(false)).as("by a new map too").containsExactly("r2");
        behind(0, 1, 2);
        assertThat(reads(false)).containsExactly(PRIMARY);
        behind(1);
        assertThat(reads(false)).containsExactly("r0");
    }

    /** All in one task, for after a second the replica is trusted again. */
    @Test
    void oneThatRefusedIsLeftAloneWithoutBeingCut() {
        zone("a");
        follow("b", Seen.up("a"), Seen.up("b"));
        UpstreamChannel refused = fixture.replica(address(0));
        reads(false);

        Set<String> taken = fixture.call(() -> {
            replicas.distrust(refused);
            replicas.distrust(refused);
            fixture.upstreams.follow(fixture.upstreams.map());
            return readsNow(false);
        });

        assertThat(taken).containsExactly("r1");
        assertThat(fixture.call(refused::ready)).isTrue();
        await().until(() -> reads(false).equals(Set.of("r0")));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34})
    void readsGoToTheNearestOfThoseThatMayBeReadFrom(long seed) {
        Random random = new Random(seed);
        Set<String> met = new HashSet<>();
        for (int round = 0; round < 100; round++) {
            // Given
            String own = randomZone(random);
            String ofPrimary = randomZone(random);
            Seen[] some = Stream.generate(() -> new Seen(randomZone(random), randomHealth(random)))
                    .limit(random.nextInt(REPLICAS + 1)).toArray(Seen[]::new);
            boolean nearOnly = random.nextBoolean();
            // When
            zone(own);
            behind(IntStream.range(0, REPLICAS).filter(i -> random.nextInt(4) == 0).boxed().toArray(Integer[]::new));
            follow(ofPrimary, some);
            // Then
            Set<String> expected = expected(own, ofPrimary, nearOnly);
            assertThat(reads(nearOnly)).as("seed %s round %s: we %s primary %s replicas %s behind %s near only %s",
                    seed, round, own, ofPrimary, List.of(some), behind, nearOnly).isEqualTo(expected);
            met.addAll(expected);
        }
        assertThat(met).as("what came out").contains(PRIMARY, "r0", "r" + (REPLICAS - 1));
    }

    /** What is to come out, said in another way than in the code: the best of all by rank, of 1 to 4. */
    private Set<String> expected(@Nullable String own, @Nullable String ofPrimary, boolean nearOnly) {
        int best = nearOnly ? 2 : 4;
        Set<String> expected = new TreeSet<>(Set.of(PRIMARY));
        if (own != null && own.equals(ofPrimary)) {
            best = 2;
        }
        for (int i = 0; i < seen.length; i++) {
            int rank = own == null || own.equals(seen[i].zone()) ? 1 : 3;
            if (!mayBeRead(i) || rank > best) {
                continue;
            }
            if (rank < best) {
                expected.clear();
                best = rank;
            }
            expected.add("r" + i);
        }
        return expected;
    }

    private boolean mayBeRead(int replica) {
        return seen[replica].health() == Health.UP && !behind.contains(address(replica));
    }

    private static @Nullable String randomZone(Random random) {
        int zone = random.nextInt(4);
        return zone == 3 ? null : "abc".substring(zone, zone + 1);
    }

    private static Health randomHealth(Random random) {
        return random.nextInt(3) > 0
                ? Health.UP
                : List.of(Health.LOADING, Health.SUSPECTED, Health.FAILED).get(random.nextInt(3));
    }
}
