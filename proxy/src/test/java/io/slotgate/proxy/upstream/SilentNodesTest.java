package io.slotgate.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.proxy.config.ReplayWrites;
import io.slotgate.proxy.config.Upstream;
import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.plane.Answer;
import io.slotgate.proxy.plane.FakeCluster;
import io.slotgate.proxy.plane.Plane;
import io.slotgate.proxy.plane.TestClient;
import io.slotgate.topology.model.HostPort;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Nodes that keep their connections and answer nothing. */
class SilentNodesTest {
    /** Nodes that do answer have some time for it, however busy the machine is. */
    private static final Upstream IMPATIENT = new Upstream(List.of(new HostPort("127.0.0.1", 1)), null, null, null,
            Duration.ofMillis(500), Duration.ofMillis(1), Duration.ofMillis(20), Duration.ofSeconds(20),
            Duration.ofSeconds(2), ReplayWrites.NEVER);

    @Test
    void aNodeThatLeavesCommandsUnansweredIsToldAboutAndOthersAreNot() {
        try (FakeCluster cluster = new FakeCluster(2);
                Plane plane = Plane.builder(cluster.map()).upstream(IMPATIENT).start()) {
            // Given
            TestClient client = plane.client();
            String stuck = cluster.key(0, "k");
            String other = cluster.key(1, "k");
            CompletableFuture<Void> gate = new CompletableFuture<>();
            cluster.node(0).rule(command -> Answer.OK.after(gate));
            // When
            client.ask("SET", stuck, "x");
            // Then
            String told = "silent " + cluster.node(0).address();
            await().until(() -> plane.feedback.contains(told));
            TestClient second = plane.client();
            assertThat(second.call("SET", other, "y")).isEqualTo("OK");
            assertThat(plane.feedback).doesNotContain("silent " + cluster.node(1).address());

            // And it is not cut as long as nobody says that it answers no probe
            gate.complete(null);
            assertThat(client.reply()).isEqualTo("OK");
            assertThat(plane.count(Metric.UPSTREAM_HUNG)).isZero();
            assertThat(plane.count(Metric.UPSTREAM_FAILURES)).isZero();
        }
    }

    @Test
    void whatANodeThatAnswersNoProbeWasSentIsUncertainOrSentAgain() {
        try (FakeCluster cluster = new FakeCluster(2);
                Plane plane = Plane.builder(cluster.map()).upstream(IMPATIENT).start()) {
            // Given
            TestClient client = plane.client();
            String key = cluster.key(0, "k");
            assertThat(client.call("SET", key, "1")).isEqualTo("OK");
            cluster.node(0).rule(command -> Answer.NOTHING);
            client.ask("SET", key, "2").ask("GET", key);
            await().until(() -> plane.feedback.contains("silent " + cluster.node(0).address()));
            // When
            plane.cutSilent(cluster.node(0).address(), System.nanoTime());
            // Then
            assertThat(client.reply()).startsWith("-UNCERTAIN ");
            assertThat(plane.count(Metric.UPSTREAM_HUNG)).isEqualTo(1);

            // And while it takes connections but says nothing on them, nothing is sent to it but a question whether it is there
            await().until(() -> cluster.node(0).commands("ping").size() >= 2);
            plane.client().ask("SET", key, "3");
            assertThat(cluster.node(0).commands("set")).hasSize(2);

            // And when it answers again
            cluster.node(0).rule(command -> cluster.answer(0, command));
            assertThat(client.reply()).isEqualTo("1");
        }
    }

    @Test
    void aNodeThatHasAnsweredMeanwhileIsNotCut() {
        try (FakeCluster cluster = new FakeCluster(1);
                Plane plane = Plane.builder(cluster.map()).upstream(IMPATIENT).start()) {
            TestClient client = plane.client();
            long since = System.nanoTime();
            assertThat(client.call("SET", "k", "1")).isEqualTo("OK");
            plane.cutSilent(cluster.node(0).address(), since);
            assertThat(plane.count(Metric.UPSTREAM_HUNG)).isZero();
            assertThat(client.call("GET", "k")).isEqualTo("1");
        }
    }
}
