package io.slotgate.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.plane.Answer;
import io.slotgate.proxy.plane.Crew;
import io.slotgate.proxy.plane.FakeCluster;
import io.slotgate.proxy.plane.Plane;
import io.slotgate.proxy.plane.TestClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several workers go to a node by one connection ({@code upstream.channels-per-node}). */
@Timeout(120)
class SharedConnectionsTest {
    @Test
    void manyNodesSeeOneConnectionEachFromAllWorkers() {
        int nodes = 100;
        try (FakeCluster cluster = new FakeCluster(nodes); Crew crew = crew(cluster, 4, 1)) {
            // Given
            List<TestClient> clients = clients(crew);
            List<String> keys = new ArrayList<>();
            for (int i = 0; i < nodes; i++) {
                keys.add(cluster.key(i, "k"));
                cluster.put(keys.get(i), "of node " + i);
            }
            // When
            StringBuilder pipeline = new StringBuilder();
            keys.forEach(key -> pipeline.append(TestClient.command("GET", key)));
            clients.forEach(client -> client.send(pipeline.toString()));
            // Then
            for (TestClient client : clients) {
                for (int i = 0; i < nodes; i++) {
                    assertThat(client.reply()).isEqualTo("of node " + i);
                }
            }
            for (int i = 0; i < nodes; i++) {
                assertThat(cluster.node(i).connections()).as("connections of node %s", i).isEqualTo(1);
            }
            assertThat(crew.count(Metric.TRUNKS)).isEqualTo(nodes);
            assertThat(crew.count(Metric.UPSTREAM_READY)).isEqualTo(4L * nodes);
            assertThat(crew.count(Metric.HANDED_OFF)).as("three of four").isEqualTo(3L * nodes);
            for (int i = 0; i < crew.size(); i++) {
                assertThat(crew.worker(i).count(Metric.TRUNKS)).as("those of worker %s", i).isBetween(5L, 50L);
            }

            // When a slot moves
            String moved = keys.get(17);
            cluster.move(SlotHash.slot(moved), 42);
            // Then
            clients.forEach(client -> assertThat(client.call("GET", moved)).isEqualTo("of node 17"));
            crew.follow(cluster.map());
            clients.forEach(client -> assertThat(client.call("GET", moved)).isEqualTo("of node 17"));
            assertThat(cluster.node(17).commands("get")).as("each worker is redirected once").hasSize(8);

            // When a node is lost
            cluster.node(3).stop();
            clients.forEach(client -> client.ask("GET", keys.get(3)));
            clients.forEach(client -> client.ask("GET", keys.get(4)));
            cluster.node(3).start();
            // Then
            for (TestClient client : clients) {
                assertThat(client.replies(2)).containsExactly("of node 3", "of node 4");
            }
        }
    }

    @Test
    void aCapOfTwoIsTwoConnectionsAndOneAsHighAsTheWorkersIsNone() {
        try (FakeCluster cluster = new FakeCluster(3)) {
            try (Crew crew = crew(cluster, 5, 2)) {
                clients(crew).forEach(client -> assertThat(client.call("SET", "k", "v")).isEqualTo("OK"));
                for (int i = 0; i < 3; i++) {
                    assertThat(cluster.node(i).connections()).isEqualTo(2);
                }
            }
            try (Crew crew = crew(cluster, 2, 2)) {
                clients(crew).forEach(client -> assertThat(client.call("SET", "k", "v")).isEqualTo("OK"));
                assertThat(crew.count(Metric.TRUNKS)).isZero();
                assertThat(cluster.node(0).connections()).isEqualTo(4);
            }
        }
    }

    @Test
    void eachProtocolHasItsOwnConnection() {
        try (FakeCluster cluster = new FakeCluster(1); Crew crew = crew(cluster, 3, 1)) {
            for (TestClient client : clients(crew)) {
                assertThat(client.call("HELLO", "3")).contains("proto, 3");
                assertThat(client.call("SET", "k", "v")).isEqualTo("OK");
            }
            assertThat(cluster.node(0).connections()).isEqualTo(2);
        }
    }

    @Test
    void whatAWorkerSendsTogetherStaysTogether() {
        try (FakeCluster cluster = new FakeCluster(2); Crew crew = crew(cluster, 4, 1)) {
            // Given a slot under way, with its keys at the new owner already
            String key = cluster.key(0, "k");
            int slot = SlotHash.slot(key);
            cluster.put(key, "");
            cluster.migrate(slot, 1);
            cluster.migrateKey(key);
            // When
            List<TestClient> clients = clients(crew);
            StringBuilder pipeline = new StringBuilder();
            for (int i = 0; i < 200; i++) {
                pipeline.append(TestClient.command("MULTI")).append(TestClient.command("APPEND", key, "a"))
                        .append(TestClient.command("APPEND", key, "b")).append(TestClient.command("EXEC"));
            }
            clients.forEach(client -> client.send(pipeline.toString()));
            // Then
            for (TestClient client : clients) {
                for (int i = 0; i < 200; i++) {
                    List<String> replies = client.replies(4);
                    assertThat(replies.subList(0, 3)).containsExactly("OK", "QUEUED", "QUEUED");
                    assertThat(replies.get(3)).matches("\\[[0-9]*[13579], [0-9]*[02468]\\]");
                }
            }
            assertThat(cluster.get(key)).isEqualTo("ab".repeat(800));
            assertThat(cluster.node(1).askings()).isGreaterThanOrEqualTo(800);
        }
    }

    @Test
    void aLostConnectionIsToldToEachWorkerHonestly() {
        try (FakeCluster cluster = new FakeCluster(1); Crew crew = crew(cluster, 4, 1)) {
            // Given
            List<TestClient> clients = clients(crew);
            clients.forEach(client -> assertThat(client.call("SET", "k", "0")).isEqualTo("OK"));
            cluster.node(0).rule(command -> Answer.NOTHING);
            clients.forEach(client -> client.ask("SET", "k", "1").ask("GET", "k"));
            await().until(() -> cluster.node(0).commands().size() == 12);
            // When
            cluster.node(0).rule(command -> cluster.answer(0, command));
            cluster.node(0).cut();
            // Then
            for (TestClient client : clients) {
                assertThat(client.reply()).startsWith("-UNCERTAIN ");
                assertThat(client.reply()).isEqualTo("0");
            }
            assertThat(crew.count(Metric.UNCERTAIN)).isEqualTo(4);
            assertThat(crew.count(Metric.TRUNKS)).isEqualTo(1);
        }
    }

    @Test
    void aReplyOutOfTurnCutsTheConnectionForAll() {
        try (FakeCluster cluster = new FakeCluster(1); Crew crew = crew(cluster, 3, 1)) {
            cluster.node(0).rule(command -> command.is("get")
                    ? Answer.raw("+first\r\n+and more\r\n")
                    : cluster.answer(0, command));
            List<TestClient> clients = clients(crew);

            assertThat(clients.getFirst().call("GET", "k")).isEqualTo("first");

            await().until(() -> crew.count(Metric.UPSTREAM_FAILURES) == 3);
            clients.forEach(client -> assertThat(client.call("SET", "k", "v")).isEqualTo("OK"));
        }
    }

    @Test
    void aWorkerThatGivesAConnectionUpLeavesTheOthersInPeace() {
        try (FakeCluster cluster = new FakeCluster(1); Crew crew = crew(cluster, 3, 1)) {
            // Given a node that is busy with what one worker asked
            CompletableFuture<Void> gate = new CompletableFuture<>();
            cluster.node(0).rule(command -> command.is("get") && command.connection() == 0
                    ? cluster.answer(0, command).after(gate)
                    : cluster.answer(0, command));
            TestClient patient = crew.worker(0).client();
            patient.ask("GET", "k");
            TestClient other = crew.worker(1).client();
            other.ask("GET", "k");
            await().until(() -> cluster.node(0).commands().size() == 2);
            // When another one cuts its channel
            crew.worker(1).sweep();
            crew.worker(1).cutSilent(cluster.node(0).address(), System.nanoTime());
            // Then it goes on by a new connection
            assertThat(other.reply()).isEqualTo("(nil)");
            assertThat(crew.worker(1).client().call("SET", "k", "v")).isEqualTo("OK");
            assertThat(cluster.node(0).connections()).isEqualTo(2);
            gate.complete(null);
            assertThat(patient.reply()).isEqualTo("(nil)");
        }
    }

    @Test
    void aConnectionIsNotReadWhileAWorkerHasTooMuchToTake() throws Exception {
        int commands = 600;
        String value = "x".repeat(60_000);
        try (FakeCluster cluster = new FakeCluster(1); Crew crew = crew(cluster, 2, 1)) {
            // Given more replies on their way to a worker that is busy than it may have to take
            Plane owner = crew.worker(crew.worker(0).count(Metric.TRUNKS) == 1 ? 0 : 1);
            Plane other = crew.worker(owner == crew.worker(0) ? 1 : 0);
            CompletableFuture<Void> gate = new CompletableFuture<>();
            CompletableFuture<Void> busy = new CompletableFuture<>();
            cluster.put("k", value);
            cluster.node(0).rule(command -> cluster.answer(0, command).after(gate));
            TestClient client = other.client();
            client.send(TestClient.command("GET", "k").repeat(commands));
            await().until(() -> cluster.node(0).commands().size() == commands);
            Thread blocking = Thread.ofVirtual().start(() -> other.run(busy::join));
            // When
            gate.complete(null);
            // Then
            owner.awaitCount(Metric.HANDOFF_PAUSES, 1);
            busy.complete(null);
            for (int i = 0; i < commands; i++) {
                assertThat(client.reply()).isEqualTo(value);
            }
            blocking.join();
            assertThat(owner.client().call("STRLEN", "k")).isEqualTo("60000");
        }
    }

    @Test
    void largeValuesPassAndAreNotMixedUp() {
        try (FakeCluster cluster = new FakeCluster(1); Crew crew = crew(cluster, 4, 1)) {
            List<TestClient> clients = clients(crew);
            for (int round = 0; round < 5; round++) {
                for (int i = 0; i < clients.size(); i++) {
                    int size = 30_000 * (round * 4 + i + 1);
                    clients.get(i).ask("SET", "k" + i, String.valueOf((char) ('a' + i)).repeat(size));
                    clients.get(i).ask("GET", "k" + i);
                }
                for (int i = 0; i < clients.size(); i++) {
                    assertThat(clients.get(i).reply()).isEqualTo("OK");
                    assertThat(clients.get(i).reply())
                            .isEqualTo(String.valueOf((char) ('a' + i)).repeat(30_000 * (round * 4 + i + 1)));
                }
            }
        }
    }

    private static Crew crew(FakeCluster cluster, int workers, int perNode) {
        return new Crew(workers, perNode, cluster.map(), plane -> plane);
    }

    /** A client of each worker. */
    private static List<TestClient> clients(Crew crew) {
        List<TestClient> clients = new ArrayList<>();
        for (int i = 0; i < crew.size(); i++) {
            clients.add(crew.worker(i).client());
        }
        return clients;
    }
}
