package io.slotgate.proxy.session;

import static io.slotgate.proxy.session.TrackingClients.invalid;
import static io.slotgate.proxy.session.TrackingClients.turnOn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.plane.FakeCluster;
import io.slotgate.proxy.plane.FakeTracking;
import io.slotgate.proxy.plane.Plane;
import io.slotgate.proxy.plane.TestClient;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Tracking by sessions in other databases than 0, where nodes have them in cluster mode. A server tracks names of keys, whatever the
 * database: who has read one in a database is told of a change in any.
 */
@Timeout(60)
class TrackingDatabasesTest {
    private static final int DATABASES = 4;

    @AutoClose
    private final FakeCluster cluster = new FakeCluster(3, DATABASES);
    private final FakeTracking nodes = new FakeTracking(cluster);
    @AutoClose
    private final Plane plane = Plane.builder(cluster.map()).server("valkey", "9.0.0").databases(DATABASES)
            .patience(Duration.ofSeconds(20)).start();
    private final TestClient client = in(2);
    private final TestClient neighbour = in(2);
    private final TestClient zero = plane.client();

    private TestClient in(int database) {
        TestClient made = plane.client();
        assertThat(made.call("HELLO", "3")).isNotNull();
        assertThat(made.call("SELECT", Integer.toString(database))).isEqualTo("OK");
        return made;
    }

    @Test
    void aChangeInItsOwnDatabaseIsTold() {
        turnOn(client);
        String key = cluster.key(1, "k");
        assertThat(client.call("GET", key)).isEqualTo("(nil)");

        assertThat(neighbour.call("SET", key, "two")).isEqualTo("OK");

        assertThat(client.reply()).isEqualTo(invalid(key));
        assertThat(client.call("GET", key)).isEqualTo("two");
    }

    @Test
    void aChangeOfThatNameInAnotherDatabaseIsToldAsByAServer() {
        TestClient three = in(3);
        turnOn(client);
        turnOn(three);
        String key = cluster.key(0, "k");
        client.call("GET", key);
        three.call("GET", key);

        assertThat(zero.call("SET", key, "zero")).isEqualTo("OK");

        assertThat(client.reply()).isEqualTo(invalid(key));
        assertThat(three.reply()).isEqualTo(invalid(key));
        assertThat(client.call("GET", key)).isEqualTo("(nil)");
    }

    @Test
    void trackingGoesAlongWithSelect() {
        TestClient moving = plane.client();
        moving.call("HELLO", "3");
        turnOn(moving);
        assertThat(moving.call("SELECT", "1")).isEqualTo("OK");
        TestClient other = in(1);
        assertThat(moving.call("MGET", "a", "b", "c")).isEqualTo("[(nil), (nil), (nil)]");

        assertThat(other.call("SET", "b", "1")).isEqualTo("OK");

        assertThat(moving.reply()).isEqualTo(invalid("b"));
        assertThat(moving.call("CLIENT", "TRACKINGINFO")).contains("on");
        assertThat(moving.call("SELECT", "0")).isEqualTo("OK");
        assertThat(other.call("SET", "a", "1")).isEqualTo("OK");
        assertThat(moving.reply()).isEqualTo(invalid("a"));
    }

    @Test
    void prefixesAndOwnWritesAreTheSameThere() {
        turnOn(client, "BCAST", "PREFIX", "user:", "NOLOOP");

        assertThat(neighbour.call("SET", "user:1", "x")).isEqualTo("OK");
        assertThat(client.reply()).isEqualTo(invalid("user:1"));
        assertThat(neighbour.call("SET", "other", "x")).isEqualTo("OK");
        assertThat(zero.call("SET", "user:2", "x")).isEqualTo("OK");
        assertThat(client.reply()).isEqualTo(invalid("user:2"));
    }

    @Test
    void oneLaneToEachNodeTellsOfAllDatabases() {
        turnOn(client);
        turnOn(in(3));
        turnOn(in(1));

        for (int i = 0; i < 3; i++) {
            int node = i;
            await().untilAsserted(() -> assertThat(nodes.tracking(node)).hasSize(1));
        }
        String key = cluster.key(2, "k");
        client.call("GET", key);
        nodes.move(SlotHash.slot(key), 0);
        assertThat(zero.call("SET", key, "moved")).isEqualTo("OK");
        assertThat(client.reply()).isEqualTo(invalid(key));
    }
}
