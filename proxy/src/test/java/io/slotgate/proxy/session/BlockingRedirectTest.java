package io.slotgate.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.plane.Answer;
import io.slotgate.proxy.plane.Command;
import io.slotgate.proxy.plane.Plane;
import io.slotgate.proxy.plane.TestClient;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Blocking commands whose slot moves, or whose node refuses them or is lost. */
@Timeout(60)
class BlockingRedirectTest extends BlockingFixture {
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
        // To XINFO, twice, and CLIENT ID.
        plane.awaitCount(Metric.REPLIES, 3);

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
}
