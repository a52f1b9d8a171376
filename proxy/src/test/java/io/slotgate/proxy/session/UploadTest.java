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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands too large to keep, which are passed on while they arrive. */
@Timeout(60)
class UploadTest {
    private static final String LARGE = "0123456789abcdef".repeat(50_000);

    @AutoClose
    private final FakeCluster cluster = new FakeCluster(2);
    @AutoClose
    private final Plane plane = Plane.builder(cluster.map()).limits(new PlaneLimits().streamBytes(8 * 1024))
            .patience(Duration.ofSeconds(1)).start();
    private final String key = cluster.key(0, "k");
    private final int slot = SlotHash.slot(key);
    private final TestClient client = plane.client();

    @Test
    void aLargeValueArrivesAsItWasSent() {
        assertThat(client.call("SET", key, LARGE)).isEqualTo("OK");

        assertThat(cluster.get(key)).isEqualTo(LARGE);
        assertThat(plane.count(Metric.UPLOADS)).isEqualTo(1);
        assertThat(cluster.node(0).commands()).map(Command::name).containsExactly("exists", "set");
        assertThat(plane.count(Metric.KEPT_BYTES)).isZero();
    }

    @Test
    void itTakesItsPlaceInAPipelineHoweverTheBytesAreCut() throws InterruptedException {
        Random random = new Random(11);
        StringBuilder commands = new StringBuilder();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            String value = String.valueOf((char) ('a' + i)).repeat(random.nextInt(60_000));
            commands.append(TestClient.command("APPEND", "other" + i, "x"))
                    .append(TestClient.command("SET", key, value)).append(TestClient.command("STRLEN", key));
            expected.addAll(List.of("1", "OK", String.valueOf(value.length())));
        }

        Thread sending = client.sendInPieces(commands.toString(), random);

        assertThat(client.replies(30)).isEqualTo(expected);
        sending.join();
    }

    @Test
    void aClientOfProtocol3CanDoIt() {
        client.call("HELLO", "3");

        assertThat(client.call("SET", key, LARGE)).isEqualTo("OK");

        assertThat(cluster.get(key)).isEqualTo(LARGE);
    }

    @Test
    void itGoesToTheOwnerThatARedirectNames() {
        cluster.move(slot, 1);

        assertThat(client.call("SET", key, LARGE)).isEqualTo("OK");

        assertThat(cluster.get(key)).isEqualTo(LARGE);
        assertThat(cluster.node(0).commands("set")).isEmpty();
    }

    @Test
    void itGoesToTheImporterBehindAsking() {
        cluster.migrate(slot, 1);

        assertThat(client.call("SET", key, LARGE)).isEqualTo("OK");

        assertThat(cluster.get(key)).isEqualTo(LARGE);
        assertThat(cluster.node(1).commands()).hasSize(2).allMatch(Command::asking);
    }

    @ParameterizedTest
    @ValueSource(strings = {"MOVED <slot> 127.0.0.1:1", "ASK <slot> 127.0.0.1:1", "CLUSTERDOWN The cluster is down",
        "READONLY You can't write against a read only replica.", "LOADING Valkey is loading the dataset in memory",
        "TRYAGAIN Multiple keys request during rehashing of slot"})
    void anAnswerThatItWasNotDoneIsToldAsOneToTryAgainAfter(String error) {
        cluster.node(0).rule(command -> command.is("set")
                ? Answer.error(error.replace("<slot>", String.valueOf(slot)))
                : cluster.answer(0, command));

        assertThat(client.call("SET", key, LARGE)).startsWith("-TRYAGAIN ").contains("not applied");

        cluster.node(0).rule(command -> cluster.answer(0, command));
        assertThat(client.call("SET", key, LARGE)).isEqualTo("OK");
    }

    @Test
    void aNodeLostInTheMiddleMeansThatItWasNotDone() {
        cluster.node(0).answerEarly(command -> Answer.CLOSE);
        String command = TestClient.command("SET", key, LARGE);
        client.send(command.substring(0, 100_000));
        plane.awaitCount(Metric.UPSTREAM_FAILURES, 1);

        client.send(command.substring(100_000));

        assertThat(client.reply()).startsWith("-TRYAGAIN the connection to the node was lost");
        assertThat(client.call("PING")).isEqualTo("PONG");
    }

    @Test
    void aNodeLostBehindItMeansThatNobodyKnows() {
        cluster.node(0).rule(command -> command.is("set") ? Answer.CLOSE : cluster.answer(0, command));

        assertThat(client.call("SET", key, LARGE)).startsWith("-UNCERTAIN");
        assertThat(client.call("PING")).isEqualTo("PONG");
    }

    @Test
    void aNodeThatCannotBeReachedIsToldWhenPatienceIsOver() {
        cluster.node(0).stop();
        await().until(() -> plane.feedback.contains("unreachable " + cluster.node(0).address()));

        client.send(TestClient.command("SET", key, LARGE) + TestClient.command("PING"));

        assertThat(client.reply()).startsWith("-CLUSTERDOWN no owner of slot " + slot);
        assertThat(client.reply()).isEqualTo("PONG");
    }

    @Test
    void aNodeThatTakesNoMoreConnectionsIsAskedAnewWhoHasTheSlot() {
        AtomicInteger asked = new AtomicInteger();
        cluster.node(0).rule(command -> {
            if (asked.getAndIncrement() == 0) {
                cluster.node(0).refuse();
            } else {
                cluster.move(slot, 1);
            }
            return cluster.answer(0, command);
        });

        assertThat(client.call("SET", key, LARGE)).isEqualTo("OK");

        assertThat(cluster.get(key)).isEqualTo(LARGE);
        assertThat(cluster.node(0).commands("exists")).hasSize(2);
        cluster.node(0).start();
    }

    @Test
    void anErrorBeforeTheEndIsTheAnswerAndWhatFollowsIsRead() {
        cluster.node(0).answerEarly(command -> Answer.error("OOM command not allowed"));

        client.send(TestClient.command("SET", key, LARGE) + TestClient.command("PING"));

        assertThat(client.replies(2)).containsExactly("-OOM command not allowed", "PONG");
        cluster.node(0).answerEarly(null);
        assertThat(client.call("SET", key, LARGE)).isEqualTo("OK");
    }

    @Test
    void garbageInTheMiddleClosesTheClientAndLeavesTheLaneToOthers() {
        for (int i = 0; i < 6; i++) {
            TestClient rude = plane.client();
            rude.send("*4\r\n$3\r\nSET\r\n" + Answer.bulkText(key) + Answer.bulkText(LARGE) + "nonsense\r\n");
            assertThat(rude.rest()).startsWith("-ERR Protocol error");
        }

        assertThat(client.call("SET", key, LARGE)).isEqualTo("OK");
    }

    @Test
    void garbageBehindAnErrorClosesTheClient() {
        cluster.node(0).answerEarly(command -> Answer.error("OOM command not allowed"));
        String begun = "*4\r\n$3\r\nSET\r\n" + Answer.bulkText(key) + "$" + LARGE.length() + "\r\n";
        client.send(begun + LARGE.substring(0, 100_000));
        // The error is here: the lane was cut for it.
        plane.awaitCount(Metric.UPSTREAM_FAILURES, 1);

        client.send(LARGE.substring(100_000) + "\r\nnonsense\r\n");

        assertThat(client.rest()).startsWith("-");
    }

    @Test
    void aClientThatLeavesInTheMiddleLeavesTheLaneToOthers() {
        for (int i = 0; i < 6; i++) {
            TestClient leaving = plane.client();
            leaving.send("*3\r\n$3\r\nSET\r\n" + Answer.bulkText(key) + "$800000\r\n" + "x".repeat(100_000));
            plane.awaitCount(Metric.UPLOADS, i + 1);
            if (i % 2 == 0) {
                leaving.reset();
            } else {
                leaving.close();
            }
        }
        plane.awaitCount(Metric.SESSIONS, 1);

        assertThat(client.call("SET", key, LARGE)).isEqualTo("OK");
        assertThat(cluster.get(key)).isEqualTo(LARGE);
        assertThat(cluster.node(0).commands("set")).hasSize(1);
    }

    @Test
    void aClientThatEndsItsInputInTheMiddleIsClosed() {
        client.send("*3\r\n$3\r\nSET\r\n" + Answer.bulkText(key) + "$800000\r\n" + "x".repeat(100_000));
        client.endInput();

        assertThat(client.rest()).isEmpty();
        assertThat(cluster.get(key)).isNull();
    }

    @Test
    void aClientThatEndsItsInputBehindItGetsItsAnswers() {
        client.send(TestClient.command("SET", key, LARGE) + TestClient.command("STRLEN", key));
        client.endInput();

        assertThat(client.rest()).isEqualTo("+OK\r\n:800000\r\n");
    }

    @Test
    void moreAtOnceThanThereAreLanesAllArrive() {
        List<TestClient> clients = new ArrayList<>();
        CompletableFuture<Void> gate = new CompletableFuture<>();
        cluster.node(0).rule(command -> command.is("set")
                ? cluster.answer(0, command).after(gate)
                : cluster.answer(0, command));
        for (int i = 0; i < 10; i++) {
            TestClient each = plane.client();
            clients.add(each);
            String own = "{" + key + "}" + i;
            Thread.ofVirtual().start(() -> each.ask("SET", own, LARGE + own));
        }
        await().until(() -> cluster.node(0).commands("set").size() == 4);
        assertThat(client.call("EXISTS", key)).as("by others, meanwhile").isEqualTo("0");

        gate.complete(null);

        assertThat(clients).allSatisfy(each -> assertThat(each.reply()).isEqualTo("OK"));
        for (int i = 0; i < 10; i++) {
            String own = "{" + key + "}" + i;
            assertThat(cluster.get(own)).isEqualTo(LARGE + own);
        }
    }

    @Test
    void oneThatWaitsForALaneGetsItWhenTheNodeIsBackAfterItLostTheLane() {
        CompletableFuture<Void> gate = new CompletableFuture<>();
        cluster.node(0).rule(command -> command.is("set") && !command.word(1).equals(key)
                ? Answer.CLOSE.after(gate)
                : cluster.answer(0, command));
        List<TestClient> clients = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            TestClient each = plane.client();
            clients.add(each);
            String own = "{" + key + "}" + i;
            Thread.ofVirtual().start(() -> each.ask("SET", own, LARGE));
        }
        await().until(() -> cluster.node(0).commands("set").size() == 4);
        Thread.ofVirtual().start(() -> client.ask("SET", key, LARGE));
        await().until(() -> cluster.node(0).commands("exists").size() == 5);
        plane.awaitCount(Metric.PENDING, 4);

        gate.complete(null);

        assertThat(client.reply()).isEqualTo("OK");
        assertThat(clients).allSatisfy(each -> assertThat(each.reply()).startsWith("-UNCERTAIN"));
    }

    /** What is cut off of it are a few bytes, which are nobody's memory. */
    @Test
    void itIsNotRefusedBecauseOthersHaveSentHalves() {
        try (Plane full = Plane.builder(cluster.map())
                .limits(new PlaneLimits().streamBytes(8 * 1024).requestBytes(1 << 20)).start()) {
            TestClient uploading = full.client();
            String end = "$2\r\nEX\r\n$2\r\n10\r\n";
            String whole = TestClient.command("SET", key, LARGE, "EX", "10");
            uploading.send(whole.substring(0, whole.length() - end.length()));
            full.awaitCount(Metric.CLIENT_BYTES_IN, whole.length() - end.length());
            for (int left = 1 << 20; left > 1024; left /= 2) {
                // Until there is no room for that much any more.
                String half = "*3\r\n$4\r\nMSET\r\n$1\r\nk\r\n$" + left + "\r\nxx";
                for (long refused = full.count(Metric.PROTOCOL_ERRORS); full
                        .count(Metric.PROTOCOL_ERRORS) == refused;) {
                    sendAndAwait(full, full.client(), half);
                }
            }

            sendAndAwait(full, uploading, end.substring(0, 1));
            uploading.send(end.substring(1));

            assertThat(uploading.reply()).isEqualTo("OK");
            assertThat(cluster.get(key)).isEqualTo(LARGE);
        }
    }

    private static void sendAndAwait(Plane plane, TestClient from, String bytes) {
        long before = plane.count(Metric.CLIENT_BYTES_IN);
        from.send(bytes);
        plane.awaitCount(Metric.CLIENT_BYTES_IN, before + bytes.length());
    }

    @Test
    void aLargeCommandThatCannotBePassedOnArrivesWhole() {
        String one = cluster.key(0, "a");
        String other = cluster.key(1, "b");

        assertThat(client.call("MSET", one, LARGE, other, LARGE)).isEqualTo("OK");

        assertThat(cluster.get(one)).isEqualTo(LARGE);
        assertThat(cluster.get(other)).isEqualTo(LARGE);
        assertThat(plane.count(Metric.UPLOADS)).isZero();
    }
}
