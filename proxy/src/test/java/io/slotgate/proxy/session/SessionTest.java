package io.slotgate.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.plane.Answer;
import io.slotgate.proxy.plane.FakeCluster;
import io.slotgate.proxy.plane.Plane;
import io.slotgate.proxy.plane.PlaneLimits;
import io.slotgate.proxy.plane.TestClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a session begins, pauses and ends. */
@Timeout(60)
class SessionTest {
    @AutoClose
    private final FakeCluster cluster = new FakeCluster(2);
    @AutoClose
    private final Plane plane = Plane.builder(cluster.map())
            .limits(new PlaneLimits().pendingPerSession(16).replayBytes(1 << 20).requestBytes(2 << 20)).start();
    private final String key = cluster.key(0, "k");
    private final CompletableFuture<Void> gate = new CompletableFuture<>();

    @Test
    void noMoreThanSoManyCommandsAreUnderWay() {
        holdNode0Back();
        TestClient client = plane.client();

        client.send(TestClient.command("APPEND", key, "x").repeat(100));

        await().until(() -> cluster.node(0).commands().size() == 16);
        assertThat(plane.client().call("PING")).isEqualTo("PONG");
        assertThat(plane.count(Metric.PENDING)).isEqualTo(16);
        gate.complete(null);
        assertThat(client.replies(100)).isEqualTo(IntStream.rangeClosed(1, 100).mapToObj(String::valueOf).toList());
    }

    @Test
    void repliesOfOurOwnBehindOneThatIsWaitedForAreBoundedToo() {
        holdNode0Back();
        TestClient client = plane.client();

        client.send(TestClient.command("GET", key) + TestClient.command("PING").repeat(1000));

        await().until(() -> cluster.node(0).commands().size() == 1);
        gate.complete(null);
        assertThat(client.reply()).isEqualTo("(nil)");
        assertThat(client.replies(1000)).allMatch("PONG"::equals);
    }

    @Test
    void quitInAPipelineEndsItBehindItsReply() {
        TestClient client = plane.client();

        client.send(
                TestClient.command("SET", key, "1") + TestClient.command("QUIT") + TestClient.command("SET", key, "2"));

        assertThat(client.rest()).isEqualTo("+OK\r\n+OK\r\n");
        assertThat(cluster.get(key)).isEqualTo("1");
    }

    @Test
    void aProtocolErrorIsToldBehindTheRepliesThatAreStillToCome() {
        holdNode0Back();
        TestClient client = plane.client();

        client.send(TestClient.command("SET", key, "1") + TestClient.command("PING") + "*1\r\n:5\r\n");
        await().until(() -> cluster.node(0).commands().size() == 1);
        gate.complete(null);

        assertThat(client.rest()).isEqualTo("+OK\r\n+PONG\r\n-ERR Protocol error: expected '$', got ':'\r\n");
        assertThat(plane.count(Metric.PROTOCOL_ERRORS)).isEqualTo(1);
    }

    @Test
    void aClientThatEndsItsInputGetsAllItsReplies() {
        TestClient client = plane.client();
        StringBuilder expected = new StringBuilder();
        for (int i = 1; i <= 500; i++) {
            expected.append(':').append(i).append("\r\n");
        }

        client.send(TestClient.command("APPEND", key, "x").repeat(500) + "*2\r\n$3\r\nGET\r\n$5\r\nhal");
        client.endInput();

        assertThat(client.rest()).isEqualTo(expected.toString());
    }

    @Test
    void aClientThatEndsItsInputWhileItsCommandsWaitGetsAllItsReplies() {
        cluster.move(SlotHash.slot(key), 1);
        TestClient client = plane.client();

        client.send(TestClient.command("APPEND", key, "x").repeat(200));
        client.endInput();

        assertThat(client.rest().lines()).hasSize(200).last().isEqualTo(":200");
    }

    @Test
    void helloInAPipelineTakesEffectBehindIt() {
        cluster.node(0).rule(command -> switch (command.name()) {
            case "hello" -> cluster.answer(0, command);
            case "get" -> command.connection() == 0 ? Answer.raw("$-1\r\n") : Answer.raw("_\r\n");
            default -> Answer.OK;
        });
        TestClient client = plane.client();

        client.send(TestClient.command("GET", key) + TestClient.command("HELLO", "3") + TestClient.command("GET", key)
                + TestClient.command("HELLO", "2") + TestClient.command("GET", key));

        assertThat(client.bytes(5)).isEqualTo("$-1\r\n");
        assertThat(client.reply()).contains("proto, 3");
        assertThat(client.bytes(3)).isEqualTo("_\r\n");
        assertThat(client.reply()).contains("proto, 2");
        assertThat(client.bytes(5)).isEqualTo("$-1\r\n");
    }

    @Test
    void aChangeOfProtocolDoesNotLetACommandOvertake() {
        cluster.node(0).rule(command -> command.is("append") && command.connection() == 0
                ? cluster.answer(0, command).after(gate)
                : cluster.answer(0, command));
        TestClient client = plane.client();

        client.send(TestClient.command("APPEND", key, "1") + TestClient.command("HELLO", "3")
                + TestClient.command("APPEND", key, "2"));
        await().until(() -> cluster.node(0).commands("append").size() == 1);
        assertThat(plane.client().call("PING")).isEqualTo("PONG");
        assertThat(cluster.node(0).commands("append")).hasSize(1);
        gate.complete(null);

        assertThat(client.reply()).isEqualTo("1");
        client.reply();
        assertThat(client.reply()).isEqualTo("2");
    }

    @Test
    void aClientThatIsGoneLeavesNothing() {
        holdNode0Back();
        for (int i = 0; i < 5; i++) {
            plane.client().send(TestClient.command("SET", key, "x".repeat(20_000)) + TestClient.command("PING")
                    + TestClient.command("GET", key) + TestClient.command("MGET", key, cluster.key(1, "o"))
                    + "*1\r\n$");
        }
        await().until(() -> cluster.node(0).commands().size() == 15);

        for (int i = 0; i < 5; i++) {
            plane.drop(i);
        }
        plane.awaitCount(Metric.SESSIONS, 0);
        gate.complete(null);

        plane.awaitCount(Metric.PENDING, 0);
        plane.awaitCount(Metric.KEPT_BYTES, 0);
        assertThat(plane.client().call("STRLEN", key)).isEqualTo("20000");
    }

    @Test
    void aClientThatIsGoneWhileItsCommandIsParkedLeavesNothing() {
        cluster.node(0).stop();
        await().until(() -> plane.feedback.contains("unreachable " + cluster.node(0).address()));
        plane.client().ask("SET", key, "v");
        plane.awaitCount(Metric.PARKED, 1);

        plane.drop(0);
        cluster.node(0).start();

        plane.awaitCount(Metric.PARKED, 0);
        await().until(() -> cluster.get(key) != null);
        plane.awaitCount(Metric.KEPT_BYTES, 0);
    }

    @Test
    void closeNotifyClosesTheSession() {
        TestClient client = plane.client();
        assertThat(client.call("PING")).isEqualTo("PONG");

        plane.channels().getFirst().pipeline().fireUserEventTriggered(SslCloseCompletionEvent.SUCCESS);

        assertThat(client.rest()).isEmpty();
        plane.awaitCount(Metric.SESSIONS, 0);
    }

    @Test
    void clientsWaitWhileTheWorkerKeepsTooManyBytesAndGoOnWhenItDoesNot() {
        holdNode0Back();
        // One whose last command was sent right when it had as many under way as it may, so that nothing of it is left over.
        String other = cluster.key(1, "o");
        CompletableFuture<Void> gate1 = new CompletableFuture<>();
        cluster.node(1).rule(command -> cluster.answer(1, command).after(gate1));
        TestClient full = plane.client().send(TestClient.command("APPEND", other, "x").repeat(16));
        await().until(() -> cluster.node(1).commands().size() == 16);
        List<TestClient> clients = new ArrayList<>();
        String value = "x".repeat(100_000);
        for (int i = 0; i < 4; i++) {
            TestClient client = plane.client();
            clients.add(client);
            Thread.ofVirtual().start(() -> client.send(TestClient.command("APPEND", key, value).repeat(10)));
        }
        await().until(() -> plane.count(Metric.KEPT_BYTES) > 1 << 20);

        gate1.complete(null);
        assertThat(full.replies(16)).endsWith("16");
        full.ask("APPEND", other, "y");
        assertThat(cluster.node(0).commands().size()).isLessThan(20);
        gate.complete(null);

        assertThat(full.reply()).isEqualTo("17");
        for (TestClient client : clients) {
            client.replies(10);
        }
        assertThat(plane.client().call("STRLEN", key)).isEqualTo("4000000");
    }

    @Test
    void halfReceivedCommandsAreBoundedByTheMemoryTheyTake() {
        List<TestClient> clients = new ArrayList<>();
        // Each says that much is to come, and sends next to nothing of it; not of the kind that is passed on while it comes.
        for (int i = 0; i < 20; i++) {
            clients.add(plane.client().send("*3\r\n$4\r\nMSET\r\n$1\r\nk\r\n$100000000\r\nxx"));
        }

        plane.awaitCount(Metric.PROTOCOL_ERRORS, 18);
        assertThat(clients.getLast().rest()).startsWith("-ERR Slotgate: too many bytes of commands");
    }

    private void holdNode0Back() {
        cluster.node(0).rule(command -> cluster.answer(0, command).after(gate));
    }
}
