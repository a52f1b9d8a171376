package io.slotgate.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.plane.Answer;
import io.slotgate.proxy.plane.Command;
import io.slotgate.proxy.plane.FakeCluster;
import io.slotgate.proxy.plane.Plane;
import io.slotgate.proxy.plane.TestClient;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How clients are let go when the proxy stops: what was executed is answered, and the connection ends without a reset. */
@Timeout(60)
class PartingTest {
    private static final long LONG_AGO = 0;

    @AutoClose
    private final FakeCluster cluster = new FakeCluster(2);
    @AutoClose
    private final Plane plane = Plane.over(cluster);
    private final String key = cluster.key(0, "k");
    private final CompletableFuture<Void> gate = new CompletableFuture<>();

    @AfterEach
    void nothingIsLeftWaiting() {
        gate.complete(null);
    }

    private void holdNode0Back() {
        cluster.node(0).rule(command -> cluster.answer(0, command).after(gate));
    }

    private void assertEnded(TestClient client) {
        assertThat(client.bytes(1)).as("at the end of the connection").isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void whoIsInTheMiddleOfNothingGoes(Parting how) {
        TestClient client = plane.client();
        assertThat(client.call("SET", key, "1")).isEqualTo("OK");

        plane.part(how, LONG_AGO);

        assertEnded(client);
        assertThat(plane.count(Metric.DRAINED)).isEqualTo(1);
    }

    @Test
    void whoWasNotSilentForLongStaysAtFirst() {
        TestClient client = plane.client();
        assertThat(client.call("SET", key, "1")).isEqualTo("OK");

        plane.part(Parting.WHEN_SILENT, Long.MAX_VALUE / 2);

        assertThat(client.call("GET", key)).isEqualTo("1");
    }

    @Test
    void whoWaitsForRepliesGoesBehindThem() {
        holdNode0Back();
        TestClient client = plane.client();
        client.send(TestClient.command("APPEND", key, "x").repeat(3));
        await().until(() -> cluster.node(0).commands().size() == 3);

        plane.part(Parting.BETWEEN_COMMANDS, LONG_AGO);
        client.ask("APPEND", key, "x");
        await().until(() -> cluster.node(0).commands().size() == 4);
        gate.complete(null);

        assertThat(client.replies(4)).containsExactly("1", "2", "3", "4");
        assertEnded(client);
    }

    @Test
    void inTheEndNothingMoreIsReadAndNothingThatWasExecutedIsLeftUnanswered() {
        holdNode0Back();
        TestClient client = plane.client();
        client.send(TestClient.command("APPEND", key, "x").repeat(3));
        await().until(() -> cluster.node(0).commands().size() == 3);

        plane.part(Parting.BEHIND_REPLIES, LONG_AGO);
        client.send(TestClient.command("APPEND", key, "x").repeat(3));
        gate.complete(null);

        assertThat(client.replies(3)).containsExactly("1", "2", "3");
        assertEnded(client);
        assertThat(cluster.get(key)).isEqualTo("xxx");
    }

    @Test
    void aCommandOfWhichAPartHasArrivedIsWaitedFor() {
        TestClient client = plane.client();
        client.send(TestClient.command("GET", key) + "*3\r\n$3\r\nSET\r\n");
        assertThat(client.reply()).isEqualTo("(nil)");

        plane.part(Parting.BETWEEN_COMMANDS, LONG_AGO);
        client.send(Answer.bulkText(key) + Answer.bulkText("1"));

        assertThat(client.reply()).isEqualTo("OK");
        assertEnded(client);
    }

    @Test
    void aTransactionIsWaitedFor() {
        TestClient client = plane.client();
        assertThat(client.call("MULTI")).isEqualTo("OK");

        plane.part(Parting.BETWEEN_COMMANDS, LONG_AGO);
        assertThat(client.call("SET", key, "1")).isEqualTo("QUEUED");
        plane.part(Parting.BETWEEN_COMMANDS, LONG_AGO);
        client.ask("EXEC");

        assertThat(client.reply()).isEqualTo("[OK]");
        assertEnded(client);
    }

    @Test
    void whoWasToGoBehindWhatItIsAtStaysIfThatIsTakenBack() {
        TestClient client = plane.client();
        assertThat(client.call("MULTI")).isEqualTo("OK");
        plane.part(Parting.BETWEEN_COMMANDS, LONG_AGO);

        plane.stay();

        assertThat(client.call("SET", key, "1")).isEqualTo("QUEUED");
        assertThat(client.call("EXEC")).isEqualTo("[OK]");
        assertThat(client.call("GET", key)).isEqualTo("1");
        assertThat(plane.count(Metric.DRAINED)).isZero();
    }

    @Test
    void whoGoesAlreadyGoesEvenIfThatIsTakenBack() {
        holdNode0Back();
        TestClient client = plane.client();
        client.ask("APPEND", key, "x");
        await().until(() -> cluster.node(0).commands().size() == 1);
        plane.part(Parting.BEHIND_REPLIES, LONG_AGO);

        plane.stay();
        gate.complete(null);

        assertThat(client.reply()).isEqualTo("1");
        assertEnded(client);
    }

    @Test
    void whoBlocksGoesBehindTheAnswer() {
        cluster.node(0).rule(command -> command.name().equals("blpop")
                ? Answer.array(List.of(key, "e")).after(gate)
                : cluster.answer(0, command));
        TestClient client = plane.client();
        client.ask("BLPOP", key, "0");
        await().until(() -> !cluster.node(0).commands("blpop").isEmpty());

        for (Parting how : Parting.values()) {
            plane.part(how, LONG_AGO);
        }
        gate.complete(null);

        assertThat(client.reply()).isEqualTo("[" + key + ", e]");
        assertEnded(client);
    }

    /** Of its node, which has given nothing away for it, and gives nothing away any more. */
    @Test
    void whoBlocksToTheEndIsUnblockedAtItsNodeAndNotAnswered() {
        CompletableFuture<Void> unblocked = new CompletableFuture<>();
        cluster.node(0).rule(command -> switch (command.name()) {
            case "blpop" -> Answer.error("UNBLOCKED client unblocked via CLIENT UNBLOCK").after(unblocked);
            case "client" -> unblocking(command, unblocked);
            default -> cluster.answer(0, command);
        });
        TestClient client = plane.client();
        client.send(TestClient.command("BLPOP", key, "0") + TestClient.command("SET", key, "1"));
        await().until(() -> !cluster.node(0).commands("blpop").isEmpty());

        plane.part(Parting.BETWEEN_COMMANDS, LONG_AGO);
        assertThat(cluster.node(0).commands("client")).allMatch(command -> command.equals("CLIENT ID"));
        plane.part(Parting.BEHIND_REPLIES, LONG_AGO);

        assertThat(client.bytes(1)).isEmpty();
        plane.awaitCount(Metric.SESSIONS, 0);
        plane.awaitCount(Metric.LEASES, 0);
        assertThat(cluster.node(0).commands("client")).contains("CLIENT UNBLOCK 77 ERROR");
        assertThat(cluster.node(0).commands("set")).isEmpty();
    }

    @Test
    void whatWasTakenForWhoBlocksIsAnsweredFirst() {
        CompletableFuture<Void> unblocked = new CompletableFuture<>();
        cluster.node(0).rule(command -> switch (command.name()) {
            case "blpop" -> Answer.array(List.of(key, "e")).after(unblocked);
            case "client" -> unblocking(command, unblocked);
            default -> cluster.answer(0, command);
        });
        TestClient client = plane.client();
        client.ask("BLPOP", key, "0");
        await().until(() -> !cluster.node(0).commands("blpop").isEmpty());

        plane.part(Parting.BEHIND_REPLIES, LONG_AGO);

        assertThat(client.reply()).isEqualTo("[" + key + ", e]");
        assertEnded(client);
        plane.awaitCount(Metric.LEASES, 0);
    }

    private static Answer unblocking(Command command, CompletableFuture<Void> unblocked) {
        if (command.word(1).equals("ID")) {
            return Answer.integer(77);
        }
        unblocked.complete(null);
        return Answer.integer(0);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void whoSendsWithoutEndGetsARepliesForAllThatRan(long seed) throws Exception {
        Random random = new Random(seed);
        TestClient client = plane.client();
        Thread sending = client.sendInPieces(TestClient.command("APPEND", key, "x").repeat(50_000), random);
        int before = 1 + random.nextInt(2000);
        client.replies(before);

        if (random.nextBoolean()) {
            plane.part(Parting.BETWEEN_COMMANDS, LONG_AGO);
        }
        plane.part(Parting.BEHIND_REPLIES, LONG_AGO);

        int answered = before;
        for (String type = client.bytes(1); !type.isEmpty(); type = client.bytes(1)) {
            assertThat(type).isEqualTo(":");
            answered++;
            assertThat(client.line()).isEqualTo(Integer.toString(answered));
        }
        plane.awaitCount(Metric.SESSIONS, 0);
        assertThat(cluster.get(key)).hasSize(answered);
        client.close();
        sending.join();
    }
}
