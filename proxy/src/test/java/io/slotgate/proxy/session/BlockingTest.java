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
import io.slotgate.proxy.upstream.Leases;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Blocking commands, which run on leases. */
@Timeout(60)
class BlockingTest {
    private static final String POPPED = "[q, e]";

    @AutoClose
    private final FakeCluster cluster = new FakeCluster(2);
    @AutoClose
    private Plane plane = Plane.over(cluster);
    private final String key = cluster.key(0, "q");
    private final int slot = SlotHash.slot(key);
    private final CompletableFuture<Void> gate = new CompletableFuture<>();

    @AfterEach
    void nothingIsLeftWaiting() {
        gate.complete(null);
    }

    /** Lets a node answer blocking commands, and all else as usual. */
    private void onBlocking(int node, Answer answer) {
        cluster.node(node).rule(command -> blocks(command) ? answer : cluster.answer(node, command));
    }

    private static boolean blocks(Command command) {
        return command.name().startsWith("b") || command.name().startsWith("x");
    }

    private static Answer popped() {
        return Answer.array(List.of("q", "e"));
    }

    private List<Command> blocking(int node) {
        return cluster.node(node).commands().stream().filter(BlockingTest::blocks).toList();
    }

    private void awaitBlocked(int node, int commands) {
        await().until(() -> blocking(node).size() == commands);
    }

    @Test
    void othersAndWhatTheClientDidBeforeGoOnWhileItBlocks() {
        onBlocking(0, popped().after(gate));
        TestClient client = plane.client();
        TestClient other = plane.client();

        client.send(TestClient.command("SET", key, "1") + TestClient.command("BLPOP", key, "0")
                + TestClient.command("GET", key));
        assertThat(client.reply()).isEqualTo("OK");
        awaitBlocked(0, 1);

        assertThat(other.call("GET", key)).isEqualTo("1");
        assertThat(other.call("SET", key, "2")).isEqualTo("OK");
        assertThat(plane.count(Metric.LEASES)).isEqualTo(1);
        gate.complete(null);
        assertThat(client.replies(2)).containsExactly(POPPED, "2");
        assertThat(plane.count(Metric.LEASES)).isZero();
    }

    @Test
    void aLeaseIsUsedAgain() {
        onBlocking(0, popped());
        int before = cluster.node(0).connections();

        for (int i = 0; i < 20; i++) {
            assertThat(plane.client().call("BLPOP", key, "1")).isEqualTo(POPPED);
        }

        assertThat(cluster.node(0).connections()).isEqualTo(before + 1);
    }

    @ParameterizedTest
    @CsvSource({"BLPOP KEY 100,2,1000", "BLMOVE KEY KEY LEFT LEFT 100.5,5,1000", "BLMPOP 100 1 KEY LEFT,1,1000",
        "BZMPOP 100 1 KEY MIN,1,1000", "XREAD COUNT 1 BLOCK 100000 STREAMS KEY 0,4,1",
        "XREADGROUP GROUP block c BLOCK 100000 STREAMS KEY >,5,1"})
    void aSlotThatMovesBlocksAgainWithTheTimeThatIsLeft(String command, int timeout, double millis) {
        onBlocking(0, Answer.error("MOVED " + slot + " " + cluster.node(1).address()).after(gate));
        onBlocking(1, popped());
        TestClient client = plane.client().ask(command.replace("KEY", key).split(" "));
        awaitBlocked(0, 1);
        String asked = blocking(0).getFirst().toString();

        gate.complete(null);

        assertThat(client.reply()).isEqualTo(POPPED);
        Command again = blocking(1).getFirst();
        assertThat(Double.parseDouble(again.word(timeout)) * millis).isBetween(30_000.0, 100_500.0);
        assertThat(asked).isEqualTo(command.replace("KEY", key));
        assertThat(again.words()).hasSize(asked.split(" ").length);
        assertThat(plane.feedback).contains("moved " + slot + " " + cluster.node(1).address());
    }

    @Test
    void forEverStaysForEver() {
        onBlocking(0, Answer.error("MOVED " + slot + " " + cluster.node(1).address()));
        onBlocking(1, popped());

        assertThat(plane.client().call("BLPOP", key, "0")).isEqualTo(POPPED);

        assertThat(blocking(1).getFirst()).hasToString("BLPOP " + key + " 0");
    }

    @Test
    void askIsFollowedBehindAsking() {
        onBlocking(0, Answer.error("ASK " + slot + " " + cluster.node(1).address()));
        onBlocking(1, popped());
        // Its shared channel is what tells that a node can be reached.
        plane.client().call("GET", cluster.key(1, "other"));

        assertThat(plane.client().call("BLPOP", key, "0")).isEqualTo(POPPED);

        assertThat(blocking(1).getFirst().asking()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"LOADING x", "CLUSTERDOWN x", "MASTERDOWN x", "READONLY x", "TRYAGAIN x",
        "UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)"})
    void whatSaysThatItDidNotRunIsTriedAgain(String error) {
        AtomicInteger asked = new AtomicInteger();
        cluster.node(0).rule(command -> !blocks(command)
                ? cluster.answer(0, command)
                : asked.getAndIncrement() < 2 ? Answer.error(error) : popped());

        assertThat(plane.client().call("BLPOP", key, "0")).isEqualTo(POPPED);

        assertThat(asked).hasValue(3);
    }

    @Test
    void otherErrorsAreTheClients() {
        onBlocking(0, Answer.error("UNBLOCKED client unblocked via CLIENT UNBLOCK"));
        assertThat(plane.client().call("BLPOP", key, "0")).startsWith("-UNBLOCKED client");
    }

    @Test
    void anErrorThatDoesNotEndIsToldWhenPatienceIsOver() {
        plane.close();
        plane = Plane.builder(cluster.map()).patience(Duration.ofMillis(100)).start();
        onBlocking(0, Answer.error("CLUSTERDOWN x"));

        assertThat(plane.client().call("BLPOP", key, "0")).startsWith("-CLUSTERDOWN no owner of slot " + slot);
    }

    @Test
    void theTimeGoesOnWhileNoNodeCanBeReached() {
        onBlocking(0, Answer.error("LOADING x"));

        assertThat(plane.client().call("BLPOP", key, "0.05")).isEqualTo("(nil)");
        TestClient resp3 = plane.client();
        resp3.call("HELLO", "3");
        assertThat(resp3.ask("BLPOP", key, "0.05").bytes(3)).isEqualTo("_\r\n");
        assertThat(plane.client().ask("BLPOP", key, "0.05").bytes(5)).isEqualTo("*-1\r\n");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aClientThatLeavesClosesItsLeaseAtOnce(boolean halfClosed) {
        onBlocking(0, popped().after(gate));
        long ready = plane.count(Metric.UPSTREAM_READY);
        TestClient client = plane.client().ask("BLPOP", key, "0");
        awaitBlocked(0, 1);
        assertThat(plane.count(Metric.UPSTREAM_READY)).isEqualTo(ready + 1);

        if (halfClosed) {
            client.endInput();
        } else {
            client.close();
        }

        plane.awaitCount(Metric.SESSIONS, 0);
        assertThat(plane.count(Metric.UPSTREAM_READY)).isEqualTo(ready);
        assertThat(plane.count(Metric.LEASES)).isZero();
        assertThat(plane.feedback).isEmpty();
    }

    @Test
    void aClientWithCommandsBehindIsSeenToLeaveToo() {
        onBlocking(0, popped().after(gate));
        TestClient client = plane.client()
                .send(TestClient.command("BLPOP", key, "0") + TestClient.command("GET", key).repeat(100));
        awaitBlocked(0, 1);

        client.close();

        plane.awaitCount(Metric.SESSIONS, 0);
        assertThat(plane.count(Metric.LEASES)).isZero();
    }

    @Test
    void whoHadSaidGoodbyeBeforeGetsWhatIsThereAtOnce() {
        cluster.node(0).rule(command -> command.is("set")
                ? Answer.OK.after(gate)
                : blocks(command) ? popped() : cluster.answer(0, command));
        TestClient client = plane.client()
                .send(TestClient.command("SET", key, "1") + TestClient.command("BLPOP", key, "0"));
        client.endInput();
        gate.complete(null);

        assertThat(client.replies(2)).containsExactly("OK", POPPED);
        assertThat(client.rest()).isEmpty();
    }

    @Test
    void whoHadSaidGoodbyeBeforeIsNotWaitedFor() {
        cluster.node(0).rule(command -> blocks(command) ? popped().after(gate) : cluster.answer(0, command));
        TestClient client = plane.client()
                .send(TestClient.command("SET", key, "1") + TestClient.command("BLPOP", key, "0"));
        client.endInput();

        assertThat(client.reply()).isEqualTo("OK");
        assertThat(client.rest()).isIn("", "*-1\r\n");
    }

    @Test
    void aNodeThatIsLostCostsReadsOfStreamsNothing() {
        String fresh = "{" + key + "}new";
        cluster.node(0).rule(command -> !blocks(command)
                ? cluster.answer(0, command)
                : !command.is("xinfo")
                        ? popped().after(gate)
                        : command.word(2).equals(fresh)
                                ? Answer.error("ERR no such key")
                                : Answer.raw("*4\r\n$6\r\nlength\r\n:1\r\n$17\r\nlast-generated-id\r\n$3\r\n7-1\r\n"));
        TestClient client = plane.client().ask("XREAD", "BLOCK", "0", "STREAMS", key, key, fresh, "$", "5-0", "$");
        await().until(() -> cluster.node(0).commands("xread").size() == 1);
        plane.awaitCount(Metric.REPLIES, 2);

        cluster.node(0).cut();

        await().until(() -> cluster.node(0).commands("xread").size() == 2);
        gate.complete(null);
        assertThat(client.reply()).isEqualTo(POPPED);
        assertThat(cluster.node(0).commands("xread").getLast()).as("with the ends of the first time")
                .isEqualTo("XREAD BLOCK 0 STREAMS " + key + " " + key + " " + fresh + " 7-1 5-0 0-0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"BLPOP KEY 0", "BZPOPMIN KEY 0", "XREADGROUP GROUP g c BLOCK 0 STREAMS KEY >"})
    void aNodeThatIsLostIsToldToWhoTakesElements(String command) {
        onBlocking(0, popped().after(gate));
        TestClient client = plane.client().ask(command.replace("KEY", key).split(" "));
        awaitBlocked(0, 1);

        cluster.node(0).cut();

        assertThat(client.reply()).startsWith("-UNCERTAIN ");
        assertThat(blocking(0)).hasSize(1);
        assertThat(plane.count(Metric.UNCERTAIN)).isEqualTo(1);
    }

    @Test
    void whoFindsAllLeasesTakenWaitsAndIsToldInTheEnd() {
        plane.close();
        plane = Plane.builder(cluster.map()).limits(new PlaneLimits().leases(1, 1, Duration.ofMillis(300))).start();
        onBlocking(0, popped().after(gate));
        TestClient first = plane.client().ask("BLPOP", key, "0");
        awaitBlocked(0, 1);
        TestClient second = plane.client().ask("BLPOP", key, "0");
        plane.awaitCount(Metric.LEASES_WAITING, 1);

        assertThat(plane.client().call("BLPOP", key, "0")).as("the queue is full").isEqualTo("-" + Leases.TOO_MANY);
        assertThat(second.reply()).as("waited for too long").isEqualTo("-" + Leases.TOO_MANY);
        assertThat(plane.count(Metric.LEASES_REFUSED)).isEqualTo(2);

        TestClient third = plane.client().ask("BLPOP", key, "0");
        plane.awaitCount(Metric.LEASES_WAITING, 1);
        gate.complete(null);
        assertThat(first.reply()).isEqualTo(POPPED);
        assertThat(third.reply()).isEqualTo(POPPED);
    }

    @Test
    void whoLeavesWhileItWaitsForALeaseIsForgotten() {
        plane.close();
        plane = Plane.builder(cluster.map()).limits(new PlaneLimits().leases(1, 10, Duration.ofSeconds(20))).start();
        onBlocking(0, popped().after(gate));
        TestClient first = plane.client().ask("BLPOP", key, "0");
        awaitBlocked(0, 1);
        TestClient second = plane.client().ask("BLPOP", key, "0");
        plane.awaitCount(Metric.LEASES_WAITING, 1);

        second.reset();

        plane.awaitCount(Metric.LEASES_WAITING, 0);
        gate.complete(null);
        assertThat(first.reply()).isEqualTo(POPPED);
        assertThat(blocking(0)).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"false,(nil)", "true,-UNBLOCKED client unblocked via CLIENT UNBLOCK"})
    void aBlockedClientCanBeUnblocked(boolean error, String reply) {
        onBlocking(0, popped().after(gate));
        TestClient client = plane.client().ask("BLPOP", key, "0");
        awaitBlocked(0, 1);

        assertThat(plane.call(() -> session().unblock(error))).isTrue();

        assertThat(client.reply()).isEqualTo(reply);
        assertThat(plane.call(() -> session().unblock(error))).isFalse();
        assertThat(plane.count(Metric.LEASES)).isZero();
        assertThat(client.call("SET", key, "1")).isEqualTo("OK");
    }

    private Session session() {
        return plane.channels().getFirst().pipeline().get(Session.class);
    }

    @Test
    void aLargeElementComesInParts() {
        onBlocking(0, Answer.large('e', 3 << 20));

        assertThat(plane.client().call("BLPOP", key, "0")).hasSize(3 << 20);
        assertThat(plane.client().call("BLPOP", key, "0")).hasSize(3 << 20);
        assertThat(plane.count(Metric.LEASES)).isZero();
    }

    @Test
    void keysOfSeveralSlotsAreRefused() {
        assertThat(plane.client().call("BLPOP", key, cluster.key(1, "x"), "0")).startsWith("-CROSSSLOT ");
        assertThat(plane.count(Metric.LEASES)).isZero();
    }

    @Test
    void withoutBlockStreamsAreReadOnTheSharedChannel() {
        onBlocking(0, popped());
        int before = cluster.node(0).connections();

        assertThat(plane.client().call("XREAD", "STREAMS", key, "0")).isEqualTo(POPPED);

        assertThat(cluster.node(0).connections()).isEqualTo(before);
    }

    // ---- WAIT

    private void onWait(int node, Answer answer) {
        cluster.node(node).rule(command -> switch (command.name()) {
            case "multi" -> Answer.OK;
            case "set", "del" -> Answer.raw("+QUEUED\r\n");
            case "exec" -> Answer.raw("*2\r\n+OK\r\n:1\r\n");
            case "wait", "waitaof" -> answer;
            default -> cluster.answer(node, command);
        });
    }

    @Test
    void waitTellsTheLeastOfAllPrimaries() {
        onWait(0, Answer.integer(2).after(gate));
        onWait(1, Answer.integer(1));
        TestClient client = plane.client().ask("WAIT", "2", "100");
        await().until(() -> cluster.node(1).commands("wait").size() == 1
                && cluster.node(0).commands("wait").size() == 1);
        gate.complete(null);

        assertThat(client.reply()).isEqualTo("1");
        for (int node = 0; node < 2; node++) {
            Command set = cluster.node(node).commands().stream().filter(each -> each.is("set")).findFirst()
                    .orElseThrow();
            assertThat(cluster.ownerOf(set.word(1))).isEqualTo(node);
            assertThat(cluster.node(node).commands("del")).containsExactly("DEL " + set.word(1));
        }
    }

    @Test
    void waitaofTellsTheLeastOfBothFigures() {
        onWait(0, Answer.raw("*2\r\n:1\r\n:0\r\n"));
        onWait(1, Answer.raw("*2\r\n:0\r\n:2\r\n"));
        assertThat(plane.client().call("WAITAOF", "1", "0", "100")).isEqualTo("[0, 0]");
    }

    @Test
    void aPrimaryThatIsLostHasNoReplicas() {
        onWait(0, Answer.integer(2).after(gate));
        onWait(1, Answer.integer(1));
        TestClient client = plane.client().ask("WAIT", "2", "0");
        await().until(() -> cluster.node(0).commands("wait").size() == 1);

        cluster.node(0).cut();

        assertThat(client.reply()).isEqualTo("0");
    }

    @Test
    void whatTheServerSaysAgainstAWaitIsTheAnswer() {
        onWait(0, Answer.error("ERR timeout is negative"));
        onWait(1, Answer.integer(1).after(gate));
        assertThat(plane.client().call("WAIT", "1", "-1")).isEqualTo("-ERR timeout is negative");
        assertThat(plane.count(Metric.LEASES)).isZero();
    }

    @Test
    void whoLeavesWhileItWaitsForReplicasLeavesNothing() {
        onWait(0, Answer.integer(1).after(gate));
        onWait(1, Answer.integer(1).after(gate));
        TestClient client = plane.client().ask("WAIT", "1", "0");
        await().until(() -> cluster.node(0).commands("wait").size() == 1);

        client.close();

        plane.awaitCount(Metric.SESSIONS, 0);
        assertThat(plane.count(Metric.LEASES)).isZero();
    }
}
