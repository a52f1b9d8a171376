package io.slotgate.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.plane.Answer;
import io.slotgate.proxy.plane.FakeCluster;
import io.slotgate.proxy.plane.FakePubSub;
import io.slotgate.proxy.plane.Plane;
import io.slotgate.proxy.plane.PlaneLimits;
import io.slotgate.proxy.plane.TestClient;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.SlotMap;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nodes that come and go. */
@Timeout(120)
class FormerNodesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final String LARGE = "x".repeat(100_000);

    @AutoClose
    private final FakeCluster cluster = new FakeCluster(3);
    private final FakePubSub pubsub = new FakePubSub(cluster);
    @AutoClose
    private final Plane plane = Plane.builder(cluster.map()).limits(new PlaneLimits().streamBytes(8 * 1024)).start();
    private final HostPort leaving = cluster.node(2).address();
    private final String key = cluster.key(2, "k");

    private List<String> lanes() {
        return plane.channelsTo(leaving).stream().map(channel -> channel.lane() + " " + channel.protocol()).toList();
    }

    /** The slots of the third node go to the first, and it leaves the cluster. */
    private SlotMap without() {
        for (int slot = 0; slot < SlotHash.SLOTS; slot++) {
            if (slot * 3 / SlotHash.SLOTS == 2) {
                cluster.move(slot, 0);
            }
        }
        return cluster.map(2);
    }

    private void awaitNothingLeft() {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(plane.channelsTo(leaving)).isEmpty());
    }

    @Test
    void nothingStaysOfANodeThatHasLeft() {
        // Given: each kind of channel to it
        TestClient client = plane.client();
        assertThat(client.call("SET", key, "v")).isEqualTo("OK");
        assertThat(client.call("SET", key, LARGE)).isEqualTo("OK");
        TestClient subscriber = plane.client();
        subscriber.call("HELLO", "3");
        assertThat(subscriber.call("GET", key)).isEqualTo(LARGE);
        assertThat(subscriber.call("SUBSCRIBE", key)).startsWith("[subscribe, " + key);
        assertThat(lanes()).contains("SHARED 2", "SHARED 3", "BULK 2", "PUBSUB 3");

        // When
        plane.follow(without());

        // Then
        awaitNothingLeft();
        assertThat(client.call("GET", key)).isEqualTo(LARGE);
        await().atMost(PATIENCE).until(() -> plane.count(Metric.PUBSUB_RESUBSCRIBED) == 1);
        pubsub.publish(key, "m");
        assertThat(subscriber.reply()).isEqualTo("[message, " + key + ", m]");
        assertThat(plane.channelsTo(leaving)).isEmpty();
    }

    @Test
    void whatIsUnderWayIsAnsweredFirst() {
        // Given
        TestClient client = plane.client();
        CompletableFuture<Void> gate = new CompletableFuture<>();
        cluster.put(key, "v");
        cluster.node(2).rule(command -> Answer.bulk("late").after(gate));
        client.ask("GET", key);
        await().atMost(PATIENCE).until(() -> !cluster.node(2).commands("get").isEmpty());

        // When
        plane.follow(without());
        plane.sweep();

        // Then
        assertThat(lanes()).containsExactly("SHARED 2");
        gate.complete(null);
        assertThat(client.reply()).isEqualTo("late");
        awaitNothingLeft();
        assertThat(plane.count(Metric.UPSTREAM_READY)).isEqualTo(2);
    }

    /** The slot map is older than what the nodes say. */
    @Test
    void aNodeThatOthersSayOwnsASlotIsKept() {
        plane.follow(without());
        awaitNothingLeft();
        int slot = SlotHash.slot(key);
        cluster.move(slot, 2);
        TestClient client = plane.client();
        assertThat(client.call("SET", key, "v")).isEqualTo("OK");
        int connections = cluster.node(2).connections();

        for (int i = 0; i < 10; i++) {
            plane.sweep();
            assertThat(client.call("GET", key)).isEqualTo("v");
        }

        assertThat(cluster.node(2).connections()).isEqualTo(connections);
        assertThat(lanes()).containsExactly("SHARED 2");

        // And until there is another map that does not have it
        cluster.move(slot, 0);
        plane.follow(cluster.map(2));
        awaitNothingLeft();
        assertThat(client.call("GET", key)).isEqualTo("v");
    }

    @Test
    void aCommandThatWaitsForTheNodeFindsItWhenItComesBack() {
        // Given
        cluster.put(key, "v");
        cluster.node(2).stop();
        plane.awaitCount(Metric.UPSTREAM_READY, 2);
        TestClient client = plane.client();
        client.ask("DBSIZE");
        plane.awaitCount(Metric.PARKED, 1);

        // When
        plane.follow(cluster.map(2));
        plane.sweep();
        cluster.node(2).start();
        plane.follow(cluster.map());

        // Then
        assertThat(client.reply()).isEqualTo("1");
    }

    @Test
    void aHundredReplacementsLeaveNothing() {
        TestClient client = plane.client();
        SlotMap all = cluster.map();
        SlotMap two = without();
        for (int i = 0; i < 100; i++) {
            plane.follow(all);
            assertThat(client.call("SET", "k" + i, "v")).isEqualTo("OK");
            plane.follow(two);
        }
        awaitNothingLeft();
        assertThat(plane.count(Metric.UPSTREAM_READY)).isEqualTo(2);
    }
}
