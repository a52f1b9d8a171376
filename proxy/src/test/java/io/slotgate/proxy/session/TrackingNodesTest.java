package io.slotgate.proxy.session;

import static io.slotgate.proxy.session.TrackingClients.ALL;
import static io.slotgate.proxy.session.TrackingClients.invalid;
import static io.slotgate.proxy.session.TrackingClients.turnOn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.plane.TestClient;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the nodes are asked to tell for those who track, and what becomes of it when a node is lost, comes, or does not do it. */
@Timeout(60)
class TrackingNodesTest extends TrackingFixture {
    /** Waits until each node tells by one connection, and of these prefixes: by two, changes may be told twice. */
    private void awaitPrefixes(String... prefixes) {
        for (int i = 0; i < 3; i++) {
            int node = i;
            await().untilAsserted(() -> assertThat(nodes.tracking(node)).containsExactly(List.of(prefixes)));
        }
    }

    @Test
    void theNodesTellMoreWhenMoreIsWantedAndLessWhenLessIs() {
        track("BCAST", "PREFIX", "user:");
        TestClient second = plane.client();
        second.call("HELLO", "3");
        turnOn(second);
        awaitPrefixes();
        second.call("GET", "x");
        other.call("SET", "x", "1");
        assertThat(second.reply()).isEqualTo(invalid("x"));
        other.call("SET", "user:1", "1");
        assertThat(client.reply()).isEqualTo(invalid("user:1"));
        second.close();
        awaitPrefixes("user:");
        other.call("SET", "user:2", "1");
        assertThat(client.reply()).isEqualTo(invalid("user:2"));
        client.call("CLIENT", "TRACKING", "OFF");
        await().untilAsserted(() -> assertThat(plane.count(Metric.UPSTREAM_READY)).isEqualTo(6));
    }

    @Test
    void aNullIsPassedOnAndALostNodeMakesEverythingInvalid() {
        track();
        client.call("GET", "a");
        nodes.flush(1);
        assertThat(client.reply()).isEqualTo(ALL);
        assertThat(plane.count(Metric.TRACKED_KEYS)).isZero();
        client.call("GET", "a");
        nodes.cut(2);
        assertThat(client.reply()).as("a lane was lost").isEqualTo(invalid("a"));
        client.call("GET", "a");
        other.call("SET", "a", "1");
        assertThat(client.reply()).isEqualTo(invalid("a"));
    }

    @Test
    void whoHearsOfKeysItHasNotReadIsToldThatAllIsInvalid() {
        track("BCAST", "PREFIX", "a");
        nodes.cut(2);
        assertThat(client.reply()).as("a lane was lost").isEqualTo(ALL);
        assertThat(client.reply()).as("and is back").isEqualTo(ALL);
    }

    @Test
    void aNewPrimaryMakesEverythingInvalidWhenItBeginsToTell() {
        for (int slot = 10923; slot < 16384; slot++) {
            cluster.move(slot, 0);
        }
        plane.follow(cluster.map(2));
        track();
        assertThat(nodes.tracking(2)).isEmpty();
        client.call("GET", "a");
        String moved = "foo";
        nodes.move(SlotHash.slot(moved), 2);
        plane.follow(cluster.map());
        assertThat(client.reply()).isEqualTo(invalid("a"));
        client.call("GET", moved);
        nodes.change(moved, "there");
        assertThat(client.reply()).isEqualTo(invalid(moved));
    }

    @Test
    void aNodeThatRefusesIsQuotedAndOneThatDoesNotAnswerIsWaitedForOnlySoLong() {
        client.call("HELLO", "3");
        nodes.refuse("NOPERM not you");
        assertThat(client.call("CLIENT", "TRACKING", "ON")).isEqualTo("-NOPERM not you");
        nodes.refuse(null);
        nodes.silent(true);
        nodes.cut(0);
        assertThat(client.call("CLIENT", "TRACKING", "ON"))
                .isEqualTo("-CLUSTERDOWN not all primaries could be reached for 5000 ms to track keys there");
        assertThat(client.call("CLIENT", "TRACKINGINFO")).startsWith("[flags, [off]");
        assertThat(client.call("GET", "k")).isEqualTo("(nil)");
        client.ask("CLIENT", "TRACKING", "ON");
        other.call("PING");
        client.close();
    }
}
