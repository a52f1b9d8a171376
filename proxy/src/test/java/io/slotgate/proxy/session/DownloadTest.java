package io.slotgate.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.plane.Answer;
import io.slotgate.proxy.plane.Command;
import io.slotgate.proxy.plane.FakeCluster;
import io.slotgate.proxy.plane.Plane;
import io.slotgate.proxy.plane.PlaneLimits;
import io.slotgate.proxy.plane.TestClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Replies too large to keep, which are passed on while they come. */
@Timeout(60)
class DownloadTest {
    private static final int LARGE = 1_500_000;
    private static final String VALUE = "x".repeat(LARGE);

    @AutoClose
    private final FakeCluster cluster = new FakeCluster(2);
    @AutoClose
    private Plane plane = start(256 * 1024);
    private final String key = cluster.key(0, "large");
    private final String small = cluster.key(0, "small");
    private TestClient client = plane.client();

    DownloadTest() {
        for (int i = 0; i < cluster.size(); i++) {
            answerLarge(i);
        }
    }

    private Plane start(int outputBytes) {
        return Plane.builder(cluster.map()).sendBufferBytes(64 * 1024)
                .limits(new PlaneLimits().output(32 * 1024, outputBytes, 10_000_000)).start();
    }

    /** Values of keys that begin with "large" are large. */
    private void answerLarge(int node) {
        cluster.node(node).rule(command -> isLarge(command) ? large(node, command) : cluster.answer(node, command));
    }

    private static boolean isLarge(Command command) {
        return command.is("get") && command.word(1).startsWith("large");
    }

    private Answer large(int node, Command command) {
        boolean here = cluster.ownerOf(command.word(1)) == node;
        return here ? Answer.large('x', LARGE) : cluster.answer(node, command);
    }

    @Test
    void aLargeValueComesWholeAndTheNextTimeByItsOwnLane() {
        for (int i = 0; i < 3; i++) {
            assertThat(client.call("GET", key)).isEqualTo(VALUE);
        }

        assertThat(cluster.node(0).commands("get")).as("asked elsewhere the first time").hasSize(4);
        assertThat(plane.count(Metric.DOWNLOADS)).isEqualTo(4);
        assertThat(plane.count(Metric.KEPT_BYTES)).isZero();
    }

    @Test
    void aKeyThatIsNoLongerLargeIsReadAsOthersAre() {
        client.call("GET", key);
        cluster.node(0).rule(command -> cluster.answer(0, command));
        cluster.put(key, "now small");

        for (int i = 0; i < 3; i++) {
            assertThat(client.call("GET", key)).isEqualTo("now small");
        }
    }

    @Test
    void itTakesItsPlaceInAPipeline() {
        cluster.put(small, "s");
        String other = cluster.key(1, "large");
        String commands = "";
        for (int i = 0; i < 3; i++) {
            commands += TestClient.command("GET", small) + TestClient.command("GET", key) + TestClient.command("PING")
                    + TestClient.command("GET", other) + TestClient.command("GET", small);
        }

        client.send(commands);

        for (int i = 0; i < 3; i++) {
            assertThat(client.replies(5)).containsExactly("s", VALUE, "PONG", VALUE, "s");
        }
    }

    @Test
    void aWriteBehindItIsNotDoneBeforeIt() {
        plane.close();
        plane = start(4 * LARGE);
        client = plane.client();
        String tagged = "{" + key + "}n";
        client.send(TestClient.command("GET", key) + TestClient.command("APPEND", tagged, "1")
                + TestClient.command("GET", key) + TestClient.command("APPEND", tagged, "2"));

        assertThat(client.replies(4)).containsExactly(VALUE, "1", VALUE, "2");
    }

    @Test
    void aClientThatStopsReadingStopsNobodyElse() {
        TestClient slow = plane.client(8 * 1024);
        slow.ask("GET", key);
        assertThat(slow.bytes(100)).startsWith("$" + LARGE);

        for (int i = 0; i < 50; i++) {
            assertThat(client.call("SET", small, "v" + i)).isEqualTo("OK");
            assertThat(client.call("GET", small)).isEqualTo("v" + i);
        }

        String whole = Answer.bulkText(VALUE);
        assertThat(slow.bytes(whole.length() - 100)).isEqualTo(whole.substring(100));
        assertThat(slow.call("PING")).isEqualTo("PONG");
    }

    @Test
    void aClientThatStopsReadingStopsNobodyElseEvenWhereNoLaneHelps() {
        // There is a write behind it, which may be done already.
        TestClient slow = plane.client(8 * 1024);
        slow.send(TestClient.command("GET", key) + TestClient.command("SET", small, "v"));
        assertThat(slow.bytes(100)).startsWith("$" + LARGE);

        for (int i = 0; i < 20; i++) {
            assertThat(client.call("SET", small, "v" + i)).isEqualTo("OK");
        }

        plane.awaitCount(Metric.SLOW_CLIENTS, 1);
        plane.awaitCount(Metric.SESSIONS, 1);
    }

    @Test
    void oneThatComesBeforeItsTurnHoldsNobodyUpAndIsAskedForWhenItIsItsTurn() {
        CompletableFuture<Void> gate = new CompletableFuture<>();
        String first = cluster.key(1, "first");
        cluster.node(1).rule(command -> command.word(1).equals(first)
                ? Answer.bulk("first").after(gate)
                : cluster.answer(1, command));
        client.send(TestClient.command("GET", first) + TestClient.command("GET", key) + TestClient.command("GET", small)
                + TestClient.command("GET", key));
        await().until(() -> cluster.node(0).commands("get").size() == 3);

        TestClient other = plane.client();
        for (int i = 0; i < 20; i++) {
            assertThat(other.call("SET", small, "v" + i)).isEqualTo("OK");
        }
        gate.complete(null);

        assertThat(client.replies(4)).containsExactly("first", VALUE, "(nil)", VALUE);
    }

    @Test
    void twoClientsThatWaitForEachOthersNodesDoNotWaitForEver() {
        CompletableFuture<Void> gate = new CompletableFuture<>();
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            int node = i;
            keys.add(cluster.key(node, "large"));
            cluster.node(node).rule(command -> isLarge(command)
                    ? large(node, command).after(gate)
                    : cluster.answer(node, command));
        }
        TestClient other = plane.client();
        // Each one's large reply comes before its turn, and before the one that the other client waits for.
        client.send(TestClient.command("GET", keys.get(0)));
        await().until(() -> cluster.node(0).commands("get").size() == 1);
        other.send(TestClient.command("GET", keys.get(1)));
        await().until(() -> cluster.node(1).commands("get").size() == 1);
        client.send(TestClient.command("GET", keys.get(1)));
        other.send(TestClient.command("GET", keys.get(0)));
        await().until(() -> cluster.node(0).commands("get").size() + cluster.node(1).commands("get").size() == 4);

        gate.complete(null);

        assertThat(client.replies(2)).containsExactly(VALUE, VALUE);
        assertThat(other.replies(2)).containsExactly(VALUE, VALUE);
    }

    @Test
    void oneThatComesBeforeItsTurnAndWithAWriteBehindItIsGivenUpWithAnError() {
        CompletableFuture<Void> gate = new CompletableFuture<>();
        String first = cluster.key(1, "first");
        cluster.node(1).rule(command -> Answer.bulk("first").after(gate));
        client.send(TestClient.command("GET", first) + TestClient.command("GET", key)
                + TestClient.command("SET", small, "v") + TestClient.command("GET", small));
        await().until(() -> cluster.node(0).commands("set").size() == 1);
        assertThat(plane.client().call("GET", small)).isEqualTo("v");

        gate.complete(null);

        assertThat(client.replies(4)).satisfiesExactly(reply -> assertThat(reply).isEqualTo("first"),
                reply -> assertThat(reply).startsWith("-ERR the reply came before its turn and is larger than"),
                reply -> assertThat(reply).isEqualTo("OK"), reply -> assertThat(reply).isEqualTo("v"));
    }

    @Test
    void repliesThatWaitForTheirTurnAreBoundedTogether() {
        CompletableFuture<Void> gate = new CompletableFuture<>();
        String first = cluster.key(1, "first");
        cluster.node(1).rule(command -> Answer.bulk("first").after(gate));
        String value = "y".repeat(100_000);
        cluster.put(small, value);
        // At once: what comes after the bound is reached is not read before the first is answered.
        client.send(TestClient.command("GET", first) + TestClient.command("GET", small).repeat(10));
        await().until(() -> cluster.node(0).commands("get").size() >= 10);
        plane.awaitCount(Metric.PENDING, 1);

        gate.complete(null);

        assertThat(client.reply()).isEqualTo("first");
        assertThat(client.replies(10)).allMatch(value::equals);
    }

    @Test
    void aNodeLostWithinItClosesTheClientAndNobodyElse() {
        AtomicInteger asked = new AtomicInteger();
        cluster.node(0).rule(command -> isLarge(command)
                ? Answer.raw("$" + LARGE + "\r\n" + "x".repeat(1_000_000)).then(asked.incrementAndGet() == 1
                        ? Answer.raw("x".repeat(LARGE - 1_000_000) + "\r\n")
                        : Answer.CLOSE)
                : cluster.answer(0, command));

        client.ask("GET", key).ask("GET", small);

        assertThat(client.rest()).startsWith("$" + LARGE + "\r\nxxx").hasSizeLessThan(1_000_100);
        assertThat(plane.client().call("GET", small)).isEqualTo("(nil)");
    }

    @Test
    void aLaneThatIsLostBeforeTheReplyIsReplaced() {
        client.call("GET", key);
        AtomicInteger asked = new AtomicInteger();
        cluster.node(0).rule(command -> !isLarge(command)
                ? cluster.answer(0, command)
                : asked.getAndIncrement() == 0 ? Answer.CLOSE : large(0, command));

        assertThat(client.call("GET", key)).isEqualTo(VALUE);
    }

    @Test
    void itFollowsItsSlot() {
        client.call("GET", key);
        cluster.move(SlotHash.slot(key), 1);
        answerLarge(1);

        assertThat(client.call("GET", key)).isEqualTo(VALUE);
        assertThat(client.call("GET", key)).isEqualTo(VALUE);
    }

    @Test
    void clientsThatLeaveWhileTheyWaitForALaneLeaveNothing() {
        client.call("GET", key);
        List<TestClient> slow = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            TestClient each = plane.client(8 * 1024);
            slow.add(each.ask("GET", key));
            each.bytes(100);
        }
        // One that waited for its node before, one that did not, and one that waits on.
        AtomicInteger refused = new AtomicInteger();
        String other = cluster.key(0, "large-other");
        cluster.node(0)
                .rule(command -> isLarge(command) && command.word(1).equals(other) && refused.getAndIncrement() == 0
                        ? Answer.error("LOADING Valkey is loading the dataset in memory")
                        : isLarge(command) ? large(0, command) : cluster.answer(0, command));
        int before = cluster.node(0).commands("get").size();
        plane.client().ask("GET", other);
        await().until(() -> cluster.node(0).commands("get").size() == before + 2);
        plane.client().ask("GET", key);
        TestClient third = plane.client().ask("GET", key);
        plane.awaitCount(Metric.PENDING, 4);

        plane.drop(5);
        plane.drop(6);
        plane.awaitCount(Metric.SESSIONS, 1 + 4 + 1);
        slow.forEach(TestClient::close);

        assertThat(third.reply()).isEqualTo(VALUE);
        assertThat(client.call("GET", other)).isEqualTo(VALUE);
        plane.awaitCount(Metric.PENDING, 0);
        plane.awaitCount(Metric.KEPT_BYTES, 0);
    }

    @Test
    void whatAClientThatLeftHadAskedForIsNotAskedAgain() {
        client.call("GET", key);
        TestClient leaving = plane.client(8 * 1024).ask("GET", key);
        leaving.bytes(100);
        int asked = cluster.node(0).commands("get").size();

        leaving.close();
        plane.awaitCount(Metric.SESSIONS, 1);

        assertThat(client.call("GET", small)).isEqualTo("(nil)");
        assertThat(cluster.node(0).commands("get")).hasSize(asked + 1);
    }

    @Test
    void aClientOfProtocol3GetsItToo() {
        client.call("HELLO", "3");

        assertThat(client.call("GET", key)).isEqualTo(VALUE);
        assertThat(client.call("GET", key)).isEqualTo(VALUE);
        assertThat(client.call("GET", small)).isEqualTo("(nil)");
    }
}
