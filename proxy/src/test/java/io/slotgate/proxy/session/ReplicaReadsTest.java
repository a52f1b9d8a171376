package io.slotgate.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.proxy.config.ReadPolicy;
import io.slotgate.proxy.config.ReplayWrites;
import io.slotgate.proxy.config.Upstream;
import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.plane.Answer;
import io.slotgate.proxy.plane.FakeCluster;
import io.slotgate.proxy.plane.FakeNode;
import io.slotgate.proxy.plane.Plane;
import io.slotgate.proxy.plane.TestClient;
import io.slotgate.topology.model.Health;
import io.slotgate.topology.model.Node;
import io.slotgate.topology.model.Role;
import io.slotgate.topology.model.Shard;
import io.slotgate.topology.model.SlotMap;
import io.slotgate.topology.model.SlotRange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Reads that may go to replicas go there, near ones first, and what a replica can't do its primary does. */
class ReplicaReadsTest {
    private final FakeCluster cluster = new FakeCluster(1);
    private final FakeNode near = new FakeNode(command -> Answer.bulk("near"));
    private final FakeNode far = new FakeNode(command -> Answer.bulk("far"));

    @AfterEach
    void close() {
        cluster.close();
        near.close();
        far.close();
    }

    private SlotMap map(Health ofNear) {
        return map(ofNear, "b", Health.UP);
    }

    private SlotMap map(Health ofNear, String zoneOfFar, Health ofFar) {
        Node primary = new Node("p", cluster.node(0).address(), Role.PRIMARY, "b", Health.UP);
        return SlotMap.builder().shard(new Shard("s", primary,
                List.of(new Node("r1", near.address(), Role.REPLICA, "a", ofNear),
                        new Node("r2", far.address(), Role.REPLICA, zoneOfFar, ofFar))),
                1, List.of(new SlotRange(0, 16383))).build();
    }

    private Plane plane(ReadPolicy policy, String zone) {
        return Plane.builder(map(Health.UP)).reads(policy, zone).start();
    }

    /** Until the channels that a first read asks for are there. */
    private static void awaitAnswer(TestClient client, String answer, String... command) {
        await().until(() -> client.call(command).equals(answer));
    }

    @Test
    void aSessionThatSaysReadonlyReadsFromTheReplicaInItsZone() {
        try (Plane plane = plane(ReadPolicy.READONLY_SESSIONS, "a")) {
            TestClient client = plane.client();
            cluster.put("k", "primary");
            assertThat(client.call("GET", "k")).isEqualTo("primary");
            assertThat(near.connections()).isZero();

            client.call("READONLY");
            awaitAnswer(client, "near", "GET", "k");
            assertThat(near.commands("readonly")).hasSize(1);
            assertThat(far.commands("get")).isEmpty();

            assertThat(client.call("SET", "k", "new")).isEqualTo("OK");
            assertThat(cluster.get("k")).isEqualTo("new");
            assertThat(plane.count(Metric.READS_IN_ZONE)).isPositive();
            assertThat(plane.count(Metric.READS_ACROSS_ZONES)).isZero();

            client.call("READWRITE");
            assertThat(client.call("GET", "k")).isEqualTo("new");
        }
    }

    @Test
    void withoutAReplicaInItsZoneItReadsFromAnotherOne() {
        try (Plane plane = plane(ReadPolicy.READONLY_SESSIONS, "a")) {
            TestClient client = plane.client();
            client.call("READONLY");
            awaitAnswer(client, "near", "GET", "k");

            plane.follow(map(Health.FAILED));
            awaitAnswer(client, "far", "GET", "k");
            plane.behind(Set.of(far.address()));
            assertThat(client.call("GET", "k")).isEqualTo("(nil)");
            plane.follow(map(Health.UP));
            awaitAnswer(client, "near", "GET", "k");
            assertThat(plane.count(Metric.READS_AT_PRIMARY)).isPositive();
        }
    }

    @Test
    void whoIsReadChangesWhileTheProxyRuns() {
        try (Plane plane = plane(ReadPolicy.PRIMARY, "a")) {
            TestClient client = plane.client();
            cluster.put("k", "primary");
            assertThat(client.call("GET", "k")).isEqualTo("primary");

            plane.apply(Map.of("reads.policy", "prefer-zone-replica"));
            awaitAnswer(client, "near", "GET", "k");
            plane.apply(Map.of("reads.policy", "prefer-zone-replica", "reads.avoid", near.address().toString()));
            int reads = near.commands("get").size();
            for (int i = 0; i < 20; i++) {
                assertThat(client.call("GET", "k")).isEqualTo("primary");
            }
            assertThat(near.commands("get")).hasSize(reads);
            plane.apply(Map.of("reads.policy", "prefer-zone-replica"));
            awaitAnswer(client, "near", "GET", "k");
            plane.apply(Map.of("reads.policy", "primary"));
            assertThat(client.call("GET", "k")).isEqualTo("primary");
        }
    }

    @Test
    void ofTwoReplicasInTheZoneTheOneWithLessToDoIsRead() {
        CompletableFuture<Void> gate = new CompletableFuture<>();
        try (Plane plane = Plane.builder(map(Health.UP, "a", Health.UP)).reads(ReadPolicy.PREFER_ZONE_REPLICA, "a")
                .start()) {
            TestClient client = plane.client();
            awaitAnswer(client, "near", "GET", "k");
            awaitAnswer(client, "far", "GET", "k");
            near.rule(command -> Answer.bulk("near").after(gate));
            int before = near.commands("get").size();
            List<TestClient> clients = new ArrayList<>();
            for (int i = 1; i <= 40; i++) {
                int asked = near.commands("get").size() + far.commands("get").size();
                clients.add(plane.client().ask("GET", "k"));
                await().until(() -> near.commands("get").size() + far.commands("get").size() == asked + 1);
                if (near.commands("get").size() == before) {
                    continue;
                }
                plane.awaitCount(Metric.PENDING, near.commands("get").size() - before);
            }

            assertThat(near.commands("get").size() - before).as("reads of the one that does not answer").isEqualTo(1);
            gate.complete(null);
            assertThat(clients).extracting(TestClient::reply).contains("near").contains("far");
        }
    }

    @Test
    void aReplicaThatHangsIsFoundByTheReadsThatItLeavesUnanswered() {
        Upstream impatient = new Upstream(List.of(near.address()), null, null, null, Duration.ofSeconds(2),
                Duration.ofMillis(1), Duration.ofMillis(20), Duration.ofSeconds(20), Duration.ofMillis(200),
                ReplayWrites.NEVER);
        try (Plane plane = Plane.builder(map(Health.UP)).upstream(impatient).reads(ReadPolicy.READONLY_SESSIONS, "a")
                .start()) {
            TestClient client = plane.client();
            client.call("READONLY");
            awaitAnswer(client, "near", "GET", "k");
            near.rule(command -> Answer.NOTHING);

            client.ask("GET", "k");
            await().until(() -> plane.feedback.contains("silent " + near.address()));
            plane.cutSilent(near.address(), System.nanoTime());

            assertThat(client.reply()).isIn("far", "(nil)");
            assertThat(plane.count(Metric.UPSTREAM_HUNG)).isPositive();
        }
    }

    @Test
    void aPrimaryInItsZoneIsNearerThanAReplicaInAnother() {
        try (Plane plane = Plane.builder(map(Health.UP, "b", Health.FAILED)).reads(ReadPolicy.READONLY_SESSIONS, "b")
                .start()) {
            TestClient client = plane.client();
            cluster.put("k", "primary");
            client.call("READONLY");

            for (int i = 0; i < 20; i++) {
                assertThat(client.call("GET", "k")).isEqualTo("primary");
            }
            assertThat(near.commands("get")).isEmpty();
            assertThat(plane.count(Metric.READS_AT_NEAR_PRIMARY)).isEqualTo(20);
        }
    }

    @Test
    void whatAReplicaCanNotAnswerThePrimaryDoes() {
        try (Plane plane = plane(ReadPolicy.READONLY_SESSIONS, "a")) {
            TestClient client = plane.client();
            cluster.put("k", "primary");
            client.call("READONLY");
            awaitAnswer(client, "near", "GET", "k");
            near.rule(command -> command.name().equals("readonly")
                    ? Answer.OK
                    : Answer.error("MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'."));
            far.rule(command -> command.name().equals("readonly")
                    ? Answer.OK
                    : Answer.error("MOVED 0 " + cluster.node(0).address()));

            List<String> replies = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                replies.add(client.call("GET", "k"));
            }
            assertThat(replies).containsOnly("primary");
            assertThat(plane.count(Metric.READS_REFUSED)).isBetween(1L, 4L);

            near.rule(command -> Answer.bulk("near"));
            awaitAnswer(client, "near", "GET", "k");
        }
    }

    @Test
    void aReplicaThatIsLostMidwayLosesNoRead() {
        try (Plane plane = plane(ReadPolicy.READONLY_SESSIONS, "a")) {
            TestClient client = plane.client();
            cluster.put("k", "primary");
            client.call("READONLY");
            awaitAnswer(client, "near", "GET", "k");
            near.rule(command -> Answer.NOTHING);

            client.ask("GET", "k");
            await().until(() -> near.commands("get").size() > 1);
            near.stop();
            assertThat(client.reply()).isIn("primary", "far");
        }
    }

    @Test
    void splitReadsGoToReplicasToo() {
        near.rule(command -> command.name().equals("mget")
                ? Answer.array(command.words().subList(1, command.words().size()))
                : Answer.bulk("near"));
        try (Plane plane = plane(ReadPolicy.READONLY_SESSIONS, "a")) {
            TestClient client = plane.client();
            client.call("READONLY");
            awaitAnswer(client, "near", "GET", "k");
            assertThat(client.call("MGET", "a", "b", "c")).isEqualTo("[a, b, c]");
            assertThat(client.call("DEL", "a", "b", "c")).isEqualTo("0");
            assertThat(near.commands("del")).isEmpty();
        }
    }

    @Test
    void othersReadFromAReplicaInTheirZoneOnlyIfSoConfigured() {
        try (Plane plane = plane(ReadPolicy.PREFER_ZONE_REPLICA, "a")) {
            TestClient client = plane.client();
            cluster.put("k", "primary");
            awaitAnswer(client, "near", "GET", "k");
            plane.follow(map(Health.FAILED));
            assertThat(client.call("GET", "k")).isEqualTo("primary");
        }
        try (Plane plane = plane(ReadPolicy.PRIMARY, "a")) {
            TestClient client = plane.client();
            client.call("READONLY");
            assertThat(client.call("GET", "k")).isEqualTo("primary");
            assertThat(plane.count(Metric.READS_AT_PRIMARY)).isZero();
        }
    }
}
