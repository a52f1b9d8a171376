package io.slotgate.proxy.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.plane.Answer;
import io.slotgate.proxy.plane.Plane;
import io.slotgate.proxy.plane.PlaneLimits;
import io.slotgate.proxy.plane.TestClient;
import io.slotgate.topology.model.Health;
import io.slotgate.topology.model.Node;
import io.slotgate.topology.model.Role;
import io.slotgate.topology.model.Shard;
import io.slotgate.topology.model.SlotMap;
import io.slotgate.topology.model.SlotRange;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands about all keys, some of which are on their way from one primary to another. */
@Timeout(60)
class KeyspaceTest extends FanOutFixture {
    /** The slot of {@link #a} begins to go to node 2, which the proxy knows. */
    private void aMoves() {
        cluster.migrate(SlotHash.slot(a), 2);
        plane.follow(cluster.map());
    }

    /** A node answers a command in a different way each time, and everything else as it would. */
    private void scripted(int node, String name, Answer... answers) {
        Iterator<Answer> next = List.of(answers).iterator();
        cluster.node(node).rule(command -> command.is(name) ? next.next() : cluster.answer(node, command));
    }

    @Test
    void primariesAreAskedOnceWhileNoSlotMoves() {
        client.ask("KEYS", "*").ask("DBSIZE").ask("RANDOMKEY").ask("FLUSHALL").ask("FLUSHDB").replies(5);

        assertThat(cluster.node(1).commands()).extracting(Object::toString)
                .containsExactly("KEYS *", "DBSIZE", "RANDOMKEY", "FLUSHALL", "FLUSHDB");
    }

    @Test
    void aKeyThatLeavesBeforeItIsAskedForIsFoundAtItsNewPlace() {
        aMoves();
        scripted(0, "keys", Answer.array(List.of("x")), Answer.array(List.of("x")));
        scripted(2, "keys", Answer.array(List.of()), Answer.array(List.of(a)));

        assertThat(client.call("KEYS", "*")).isEqualTo(List.of("x", a).toString());
    }

    @Test
    void aKeyThatIsAskedForBeforeAndBehindItsWayIsNamedOnce() {
        aMoves();
        scripted(0, "keys", Answer.array(List.of(a)), Answer.array(List.of()));
        scripted(2, "keys", Answer.array(List.of(a, "y")), Answer.array(List.of(a, "y")));

        assertThat(client.call("KEYS", "*")).isEqualTo(List.of(a, "y").toString());
    }

    @Test
    void keysAreCountedUntilNoneIsOnItsWay() {
        aMoves();
        scripted(0, "dbsize", Answer.integer(5), Answer.integer(4), Answer.integer(3), Answer.integer(3));
        scripted(2, "dbsize", Answer.integer(6), Answer.integer(6), Answer.integer(7), Answer.integer(7));

        assertThat(client.call("DBSIZE")).isEqualTo("10");
    }

    @Test
    void countingEndsWhereKeysNeverRest() {
        aMoves();
        int[] keys = {0};
        cluster.node(0).rule(command -> command.is("dbsize")
                ? Answer.integer(++keys[0])
                : cluster.answer(0, command));

        assertThat(client.call("DBSIZE")).isEqualTo("50");
        assertThat(client.call("PING")).isEqualTo("PONG");
    }

    @Test
    void thatThereIsNoKeyIsBelievedTheSecondTime() {
        aMoves();
        scripted(2, "randomkey", Answer.raw("$-1\r\n"), Answer.bulk(a), Answer.raw("$-1\r\n"), Answer.raw("$-1\r\n"));

        assertThat(client.call("RANDOMKEY")).isEqualTo(a);
        assertThat(client.call("RANDOMKEY")).isEqualTo("(nil)");
    }

    @Test
    void whatIsSentBehindAFlushIsNotFlushed() {
        aMoves();
        client.ask("SET", b, "old").ask("FLUSHALL").ask("SET", b, "new").ask("GET", b).ask("KEYS", "*").ask("SET", c,
                "1");

        assertThat(client.replies(6)).containsExactly("OK", "OK", "OK", "new", "[" + b + "]", "OK");
        assertThat(cluster.node(1).commands()).extracting(command -> command.word(0))
                .containsSubsequence("SET", "FLUSHALL", "FLUSHALL", "SET", "GET");
        assertThat(cluster.node(2).commands("flushall")).hasSize(2);
    }

    @Test
    void movesAreKnownByARedirect() {
        cluster.move(SlotHash.slot(a), 2);
        assertThat(client.call("SET", a, "1")).isEqualTo("OK");

        assertThat(client.call("FLUSHALL")).isEqualTo("OK");

        assertThat(cluster.node(1).commands("flushall")).hasSize(2);
    }

    @Test
    void aRedirectToTheReplicaThatTookOverIsNoMove() {
        Node primary = new Node("a", cluster.node(0).address(), Role.PRIMARY, null, Health.UP);
        Node replica = new Node("b", cluster.node(1).address(), Role.REPLICA, null, Health.UP);
        SlotMap map = SlotMap.builder()
                .shard(new Shard("one", primary, List.of(replica)), new SlotRange(0, SlotMap.SLOTS - 1)).build();
        cluster.node(0).rule(command -> command.is("set")
                ? Answer.error("MOVED " + SlotHash.slot(a) + " " + cluster.node(1).address())
                : Answer.raw("+OK\r\n"));
        cluster.node(1).rule(command -> Answer.raw("+OK\r\n"));
        try (Plane failedOver = Plane.builder(map).start()) {
            TestClient asking = failedOver.client();
            assertThat(asking.call("SET", a, "1")).isEqualTo("OK");
            assertThat(cluster.node(1).commands("set")).hasSize(1);

            assertThat(asking.call("FLUSHALL")).isEqualTo("OK");
        }
        assertThat(cluster.node(0).commands("flushall")).hasSize(1);
    }

    @Test
    void anErrorIsTheAnswerAtOnce() {
        aMoves();
        cluster.node(1).rule(command -> Answer.error("NOPERM not you"));

        assertThat(client.call("KEYS", "*")).isEqualTo("-NOPERM not you");
        assertThat(client.call("FLUSHALL")).startsWith("-NOPERM not you (Slotgate: 2 of 3 primaries did it)");
        assertThat(cluster.node(1).commands("keys")).hasSize(1);
        assertThat(cluster.node(1).commands("flushall")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"+OK\r\n", "*1\r\n:1\r\n", "*-1\r\n", ":1\r\n", "_\r\n", "*1\r\n$-1\r\n",
        "*3\r\n:1\r\n*0\r\n:1\r\n"})
    void whatIsNoListOfNamesIsAnErrorOrEmpty(String reply) {
        aMoves();
        cluster.node(1).rule(command -> Answer.raw(reply));

        assertThat(client.call("KEYS", "*")).matches("-ERR a node's reply.*|\\[\\]");
        assertThat(client.call("ECHO", "x")).isEqualTo("x");
    }

    @Test
    void namesThatWaitForTheNextRoundCountAmongWhatIsGathered() {
        cluster.rule((node, command) -> command.is("keys")
                ? Answer.array(List.of("x".repeat(300_000) + node))
                : cluster.answer(node, command));
        cluster.migrate(SlotHash.slot(a), 2);
        SlotMap moving = cluster.map();

        for (int room : new int[]{1_500_000, 2_000_000}) {
            try (Plane narrow = Plane.builder(moving).limits(new PlaneLimits().output(32 * 1024, 1_000_000, room))
                    .start()) {
                TestClient asking = narrow.client();
                for (int i = 0; i < 3; i++) {
                    assertThat(asking.call("KEYS", "*")).startsWith(room < 2_000_000
                            ? "-ERR the replies to be merged are larger than"
                            : "[xxx");
                }
            }
        }
    }

    @Test
    void clientsThatLeaveWhileKeysNeverRestLeaveNothing() {
        aMoves();
        AtomicInteger keys = new AtomicInteger();
        cluster.node(0).rule(command -> command.is("dbsize")
                ? Answer.integer(keys.incrementAndGet())
                : cluster.answer(0, command));
        for (int i = 0; i < 20; i++) {
            int asked = keys.get();
            int pauses = i % 3;
            plane.client().ask("DBSIZE");
            await().pollInterval(Duration.ofMillis(1)).until(() -> keys.get() >= asked + 2 + 2 * pauses);
            plane.drop(plane.channels().size() - 1);
            plane.awaitCount(Metric.SESSIONS, 1);
        }

        plane.awaitCount(Metric.PENDING, 0);
        plane.awaitCount(Metric.KEPT_BYTES, 0);
        assertThat(keys.get()).as("rounds").isLessThan(20 * 50);
    }

    @Test
    void aClientThatLeavesBetweenRoundsLeavesNothing() {
        aMoves();
        CompletableFuture<Void> gate = new CompletableFuture<>();
        cluster.node(2).rule(command -> cluster.answer(2, command).after(gate));
        plane.client().ask("KEYS", "*");
        plane.client().ask("DBSIZE");
        await().until(() -> cluster.node(2).commands().size() == 2);

        int clients = plane.channels().size();
        plane.drop(clients - 1);
        plane.drop(clients - 2);
        plane.awaitCount(Metric.SESSIONS, 1);
        gate.complete(null);

        plane.awaitCount(Metric.PENDING, 0);
        plane.awaitCount(Metric.KEPT_BYTES, 0);
        assertThat(client.call("GET", c)).isEqualTo("(nil)");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void everyKeyThatStaysIsNamedOnceWhereverItGoes(long seed) {
        MovingKeyspace moving = new MovingKeyspace(cluster, seed);
        Set<String> keys = moving.fill(SlotHash.slot(a), new Random(seed), 20, 100);
        aMoves();
        moving.serve();
        try (TestClient other = plane.client()) {
            for (int i = 0; i < 100; i++) {
                @SuppressWarnings("unchecked")
                List<String> names = ((List<Object>) client.ask("KEYS", "*").tree()).stream().map(String::valueOf)
                        .collect(Collectors.toList());
                assertThat(names).doesNotHaveDuplicates();
                assertThat(new TreeSet<>(names)).isEqualTo(new TreeSet<>(keys));
                assertThat(other.call("RANDOMKEY")).isIn(keys);
            }
        }
    }
}
