package io.slotgate.proxy.redirect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.plane.Answer;
import io.slotgate.proxy.plane.Command;
import io.slotgate.proxy.plane.FakeCluster;
import io.slotgate.proxy.plane.Plane;
import io.slotgate.proxy.plane.TestClient;
import io.slotgate.topology.model.SlotMap;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class RedirectTest {
    @AutoClose
    private final FakeCluster cluster = new FakeCluster(3);
    @AutoClose
    private Plane plane = Plane.over(cluster);
    private final String key = cluster.key(0, "k");
    private final int slot = SlotHash.slot(key);

    @Test
    void movedIsFollowedOnceAndRemembered() {
        TestClient client = plane.client();
        cluster.put(key, "v");
        cluster.move(slot, 1);

        assertThat(client.call("GET", key)).isEqualTo("v");
        assertThat(client.call("GET", key)).isEqualTo("v");

        assertThat(cluster.node(0).commands("get")).hasSize(1);
        assertThat(cluster.node(1).commands("get")).hasSize(2);
        assertThat(plane.feedback).contains("moved " + slot + " " + cluster.node(1).address());
        assertThat(plane.count(Metric.MOVED)).isEqualTo(1);
    }

    @Test
    void aMapThatHasNotHeardOfARedirectDoesNotSendCommandsBack() {
        TestClient client = plane.client();
        SlotMap before = cluster.map();
        cluster.put(key, "v");
        cluster.move(slot, 1);
        assertThat(client.call("GET", key)).isEqualTo("v");

        plane.follow(before);

        assertThat(client.call("GET", key)).isEqualTo("v");
        assertThat(plane.count(Metric.MOVED)).isEqualTo(1);
    }

    @Test
    void aRedirectWithoutAHostMeansTheHostThatSentIt() {
        cluster.node(0).rule(command -> Answer.error("MOVED " + slot + " :" + cluster.node(1).address().port()));
        cluster.move(slot, 1);

        assertThat(plane.client().call("SET", key, "v")).isEqualTo("OK");

        assertThat(cluster.get(key)).isEqualTo("v");
    }

    @Test
    void aPipelineOnAMovedSlotKeepsItsOrder() {
        TestClient client = plane.client();
        cluster.move(slot, 2);
        StringBuilder pipeline = new StringBuilder();
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            pipeline.append(TestClient.command("APPEND", key, i + ","));
            expected.append(i).append(',');
        }

        client.send(pipeline.toString()).replies(500);

        assertThat(cluster.get(key)).isEqualTo(expected.toString());
    }

    @Test
    void aCommandDoesNotOvertakeOneThatIsStillAtTheFormerOwnerWhenTheMapChanges() {
        CompletableFuture<Void> gate = new CompletableFuture<>();
        cluster.node(0).rule(command -> cluster.answer(0, command).after(gate));
        cluster.move(slot, 1);
        TestClient client = plane.client();
        client.ask("APPEND", key, "1");
        await().until(() -> cluster.node(0).commands().size() == 1);

        plane.follow(cluster.map());
        client.ask("APPEND", key, "2");
        letThePlaneRead();
        gate.complete(null);

        assertThat(client.replies(2)).containsExactly("1", "2");
        assertThat(cluster.get(key)).isEqualTo("12");
    }

    @Test
    void aCommandDoesNotOvertakeOneThatIsStillAtTheFormerOwnerWhenAnotherClientIsRedirected() {
        CompletableFuture<Void> gate = new CompletableFuture<>();
        cluster.node(0).rule(command -> command.is("append")
                ? cluster.answer(0, command).after(gate)
                : cluster.answer(0, command));
        cluster.move(slot, 1);
        TestClient other = plane.client();
        TestClient client = plane.client();
        plane.call(() -> {
            // Both go out in one turn, the other client's first.
            other.ask("GET", key);
            client.ask("APPEND", key, "1");
            return true;
        });
        assertThat(other.reply()).isEqualTo("(nil)");
        await().until(() -> cluster.node(0).commands("append").size() == 1);

        client.ask("APPEND", key, "2");
        letThePlaneRead();
        gate.complete(null);

        assertThat(client.replies(2)).containsExactly("1", "2");
        assertThat(cluster.get(key)).isEqualTo("12");
    }

    @Test
    void commandsKeepTheirOrderThroughASlotThatMovesTwice() {
        CompletableFuture<Void> first = new CompletableFuture<>();
        CompletableFuture<Void> second = new CompletableFuture<>();
        AtomicInteger answers = new AtomicInteger();
        TestClient client = plane.client();
        cluster.move(slot, 2);
        // The first is sent to node 1, which is held up, the second straight to node 2.
        cluster.node(0).rule(command -> answers.incrementAndGet() == 1
                ? Answer.error("MOVED " + slot + " " + cluster.node(1).address())
                : Answer.error("MOVED " + slot + " " + cluster.node(2).address()).after(first));
        cluster.node(1).rule(command -> cluster.answer(1, command).after(second));

        client.send(TestClient.command("APPEND", key, "1") + TestClient.command("APPEND", key, "2"));
        await().until(() -> cluster.node(1).commands().size() == 1);
        first.complete(null);
        letThePlaneRead();
        second.complete(null);

        assertThat(client.replies(2)).containsExactly("1", "2");
        assertThat(cluster.get(key)).isEqualTo("12");
    }

    @Test
    void askGoesToTheImporterBehindAskingAndForThisCommandAlone() {
        TestClient client = plane.client();
        cluster.put(key, "here");
        cluster.migrate(slot, 1);

        assertThat(client.call("GET", key)).isEqualTo("here");
        cluster.migrateKey(key);
        assertThat(client.call("GET", key)).isEqualTo("here");
        assertThat(client.call("GET", key)).isEqualTo("here");

        assertThat(cluster.node(1).commands()).hasSize(2).allMatch(Command::asking);
        assertThat(cluster.node(0).commands("get")).hasSize(3);
        assertThat(plane.count(Metric.ASK)).isEqualTo(2);
    }

    @Test
    void anAskingThatIsRefusedIsNotSentAgainByItself() {
        String loading = "LOADING Valkey is loading the dataset in memory";
        cluster.migrate(slot, 1);
        cluster.node(1).answerAsking(Answer.error(loading));
        AtomicInteger refused = new AtomicInteger();
        cluster.node(1)
                .rule(command -> refused.getAndIncrement() < 3 ? Answer.error(loading) : cluster.answer(1, command));

        assertThat(plane.client().call("GET", key)).isEqualTo("(nil)");

        assertThat(cluster.node(1).askings()).isEqualTo(4);
        assertThat(cluster.node(0).askings() + cluster.node(2).askings()).isZero();
        plane.awaitCount(Metric.PARKED, 0);
    }

    @Test
    void manyCommandsBehindAskingEachHaveTheirOwn() {
        cluster.migrate(slot, 1);
        TestClient client = plane.client();
        TestClient other = plane.client();
        StringBuilder pipeline = new StringBuilder();
        String neighbour = cluster.key(1, "n");
        for (int i = 0; i < 200; i++) {
            pipeline.append(TestClient.command("APPEND", key, "x"));
            other.ask("GET", neighbour);
        }

        client.send(pipeline.toString());

        assertThat(client.replies(200)).endsWith("199", "200");
        other.replies(200);
        assertThat(cluster.node(1).commands("append")).hasSize(200);
    }

    @Test
    void keysThatAreInTwoPlacesAreReadOneByOne() {
        String[] keys = twoKeysOfOneSlotInTwoPlaces();

        assertThat(plane.client().call("MGET", keys[0], keys[1], keys[0])).isEqualTo("[one, two, one]");
        assertThat(plane.client().call("EXISTS", keys[0], keys[1], keys[0])).isEqualTo("3");
        assertThat(plane.client().call("DEL", keys[0], keys[1])).isEqualTo("2");
    }

    @Test
    void keysThatAreSetTogetherWaitUntilTheirSlotIsInOnePlace() {
        String[] keys = twoKeysOfOneSlotInTwoPlaces();
        TestClient client = plane.client();
        client.ask("MSET", keys[0], "1", keys[1], "2");
        await().until(() -> cluster.node(0).commands("mset").size() > 2);
        assertThat(cluster.get(keys[0])).isEqualTo("one");

        cluster.move(SlotHash.slot(keys[0]), 1);

        assertThat(client.reply()).isEqualTo("OK");
        assertThat(cluster.get(keys[0]) + cluster.get(keys[1])).isEqualTo("12");
        assertThat(cluster.node(1).commands("mset")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"CLUSTERDOWN The cluster is down", "LOADING Valkey is loading the dataset in memory",
        "MASTERDOWN Link with MASTER is down", "READONLY You can't write against a read only replica.",
        "TRYAGAIN Multiple keys request during rehashing of slot"})
    void whatANodeCannotDoNowIsDoneLater(String error) {
        // As one, for a node's state does not change between two commands of one read.
        AtomicInteger sets = new AtomicInteger();
        cluster.node(0).rule(command -> (command.is("set") ? sets.incrementAndGet() : sets.get()) < 4
                ? Answer.error(error)
                : cluster.answer(0, command));
        TestClient client = plane.client();

        client.send(TestClient.command("SET", key, "v") + TestClient.command("GET", key));

        assertThat(client.replies(2)).containsExactly("OK", "v");
    }

    @ParameterizedTest
    @ValueSource(strings = {"CLUSTERDOWN The cluster is down", "LOADING Valkey is loading the dataset in memory",
        "TRYAGAIN Multiple keys request during rehashing of slot", "MOVED <slot> <itself>", "ASK <slot> <itself>"})
    void whatANodeNeverDoesEndsWithPatience(String error) {
        restart(Duration.ofMillis(100));
        String text = error.replace("<slot>", String.valueOf(slot))
                .replace("<itself>", cluster.node(0).address().toString());
        cluster.node(0).rule(command -> Answer.error(text));

        TestClient client = plane.client();
        client.ask("SET", key, "v").ask("GET", key);

        assertThat(client.replies(2)).allSatisfy(reply -> assertThat(reply)
                .isEqualTo("-CLUSTERDOWN no owner of slot " + slot + " could be reached for 100 ms"));
        assertThat(plane.count(Metric.PARKED_EXPIRED)).isEqualTo(2);
    }

    @Test
    void nodesThatSendACommandRoundInCirclesAreNotKeptBusy() {
        restart(Duration.ofMillis(100));
        cluster.node(0).rule(command -> Answer.error("MOVED " + slot + " " + cluster.node(1).address()));
        cluster.node(1).rule(command -> Answer.error("MOVED " + slot + " " + cluster.node(0).address()));

        assertThat(plane.client().call("GET", key)).startsWith("-CLUSTERDOWN no owner of slot " + slot);
        assertThat(cluster.node(0).commands().size()).isLessThan(1000);
    }

    @Test
    void aReadThatWasInFlightOnALostConnectionIsAskedAgain() {
        cluster.put(key, "v");
        AtomicInteger asked = new AtomicInteger();
        cluster.node(0).rule(command -> asked.getAndIncrement() == 0 ? Answer.CLOSE : cluster.answer(0, command));

        assertThat(plane.client().call("GET", key)).isEqualTo("v");
        assertThat(plane.feedback).contains("unreachable " + cluster.node(0).address());
    }

    @Test
    void aWriteThatWasInFlightOnALostConnectionIsUncertainAndNotRepeated() {
        cluster.node(0).rule(command -> Answer.CLOSE);
        TestClient client = plane.client();

        assertThat(client.call("SET", key, "v"))
                .startsWith("-UNCERTAIN the connection to " + cluster.node(0).address() + " was lost");

        cluster.node(0).rule(command -> cluster.answer(0, command));
        assertThat(client.call("GET", key)).isEqualTo("(nil)");
        assertThat(cluster.node(0).commands("set")).hasSize(1);
        assertThat(plane.count(Metric.UNCERTAIN)).isEqualTo(1);
    }

    @Test
    void commandsWaitForANodeThatComesBackAndKeepTheirOrder() {
        cluster.node(0).stop();
        TestClient client = plane.client();
        await().until(() -> plane.feedback.contains("unreachable " + cluster.node(0).address()));
        client.ask("APPEND", key, "1").ask("APPEND", key, "2").ask("GET", key);
        plane.awaitCount(Metric.PARKED, 1);

        cluster.node(0).start();

        assertThat(client.replies(3)).containsExactly("1", "2", "12");
    }

    @Test
    void commandsWaitForAnotherOwnerToBeKnown() {
        cluster.put(key, "v");
        cluster.node(0).stop();
        TestClient client = plane.client();
        await().until(() -> plane.feedback.contains("unreachable " + cluster.node(0).address()));
        client.ask("GET", key);
        plane.awaitCount(Metric.PARKED, 1);

        cluster.move(slot, 1);
        plane.follow(cluster.map());

        assertThat(client.reply()).isEqualTo("v");
        await().until(() -> List.copyOf(plane.parkings).equals(List.of("1 parked, 0 expired")));
    }

    @Test
    void commandsWithoutAReachableOwnerAreToldSoWhenPatienceIsOver() {
        restart(Duration.ofMillis(100));
        cluster.node(0).stop();
        await().until(() -> plane.feedback.contains("unreachable " + cluster.node(0).address()));

        assertThat(plane.client().call("SET", key, "v")).startsWith("-CLUSTERDOWN no owner of slot " + slot);
        await().until(() -> List.copyOf(plane.parkings).equals(List.of("1 parked, 1 expired")));
        assertThat(plane.client().call("PING")).isEqualTo("PONG");
    }

    @Test
    void anImporterThatIsGoneIsNotWaitedFor() {
        cluster.put(key, "v");
        cluster.migrate(slot, 1);
        cluster.node(1).stop();
        AtomicInteger asked = new AtomicInteger();
        cluster.node(0).rule(command -> asked.getAndIncrement() < 2
                ? Answer.error("ASK " + slot + " " + cluster.node(1).address())
                : cluster.answer(0, command));

        assertThat(plane.client().call("GET", key)).isEqualTo("v");
    }

    @Test
    void aNodeNobodyKnewIsConnectedTo() {
        FakeCluster others = new FakeCluster(1);
        cluster.node(0).rule(command -> Answer.error("MOVED " + slot + " " + others.node(0).address()));
        TestClient client = plane.client();

        assertThat(client.call("SET", key, "v")).isEqualTo("OK");
        assertThat(others.get(key)).isEqualTo("v");
        others.close();
    }

    @Test
    void anImporterThatIsGoneAndThatNobodyKnowsIsNotWaitedFor() {
        FakeCluster others = new FakeCluster(1);
        String ask = "ASK " + slot + " " + others.node(0).address();
        cluster.node(0).rule(command -> Answer.error(ask));
        assertThat(plane.client().call("SET", key, "v")).isEqualTo("OK");
        cluster.put(key, "home again");
        others.close();
        plane.follow(cluster.map());
        AtomicInteger asked = new AtomicInteger();
        cluster.node(0).rule(command -> asked.getAndIncrement() < 2 ? Answer.error(ask) : cluster.answer(0, command));

        assertThat(plane.client().call("GET", key)).isEqualTo("home again");
    }

    private String[] twoKeysOfOneSlotInTwoPlaces() {
        String tag = "{" + key + "}";
        String[] keys = {tag + "a", tag + "b"};
        cluster.put(keys[0], "one");
        cluster.put(keys[1], "two");
        cluster.migrate(SlotHash.slot(keys[0]), 1);
        cluster.migrateKey(keys[1]);
        return keys;
    }

    private void restart(Duration patience) {
        plane.close();
        plane = Plane.builder(cluster.map()).patience(patience).start();
    }

    /** Returns when the plane has read, and passed on, what clients had sent before. */
    private void letThePlaneRead() {
        TestClient witness = plane.client();
        for (int i = 0; i < 3; i++) {
            witness.call("GET", cluster.key(2, "w"));
            witness.call("PING");
        }
    }
}
