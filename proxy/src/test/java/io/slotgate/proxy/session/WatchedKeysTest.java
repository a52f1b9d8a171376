package io.slotgate.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.plane.Answer;
import io.slotgate.proxy.plane.TestClient;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Transactions that are guarded by watched keys, which run on leases. */
@Timeout(60)
class WatchedKeysTest extends TransactionFixture {
    @Test
    void aConflictIsNoticedAndTheLeaseUsedAgain() {
        TestClient client = plane.client();
        TestClient other = plane.client();
        for (int i = 0; i < 5; i++) {
            assertThat(client.call("WATCH", key, sibling)).isEqualTo("OK");
            other.call("SET", sibling, "by another " + i);
            assertThat(transaction(client, "APPEND", "GET")).isEqualTo("(nil)");
            plane.awaitCount(Metric.LEASES, 0);
            assertThat(client.call("WATCH", key)).isEqualTo("OK");
            other.call("SET", sibling, "not watched " + i);
            assertThat(transaction(client, "APPEND", "GET")).startsWith("[" + (i + 1) + ", x");
            plane.awaitCount(Metric.LEASES, 0);
        }
        assertThat(cluster.node(0).connections()).as("one shared, one leased").isEqualTo(2);
        assertThat(plane.count(Metric.CONFLICTS)).isZero();
    }

    @Test
    void whatWasSentBeforeWatchIsNoConflict() {
        TestClient client = plane.client();
        StringBuilder sent = new StringBuilder();
        for (int i = 0; i < 50; i++) {
            sent.append(TestClient.command("APPEND", key, "a")).append(TestClient.command("WATCH", key))
                    .append(TestClient.command("GET", sibling)).append(TestClient.command("MULTI"))
                    .append(TestClient.command("STRLEN", key)).append(TestClient.command("EXEC"));
        }
        List<String> replies = client.send(sent.toString()).replies(300);
        for (int i = 0; i < 50; i++) {
            assertThat(replies.subList(6 * i, 6 * i + 6)).containsExactly(String.valueOf(i + 1), "OK", "(nil)", "OK",
                    "QUEUED", "[" + (i + 1) + "]");
        }
    }

    @Test
    void aWatchedSlotThatMovedIsAConflict() {
        TestClient client = plane.client();
        assertThat(client.call("WATCH", key)).isEqualTo("OK");

        cluster.move(slot, 1);

        assertThat(transaction(client, "APPEND", "GET")).isEqualTo("(nil)");
        assertThat(cluster.get(key)).isNull();
        assertThat(cluster.node(1).commands("multi")).isEmpty();
        assertThat(plane.count(Metric.CONFLICTS)).isEqualTo(1);
        // And then it is watched where it is now.
        assertThat(client.call("WATCH", key)).isEqualTo("OK");
        assertThat(transaction(client, "APPEND", "GET")).isEqualTo("[1, x]");
        assertThat(cluster.node(1).commands("watch")).hasSize(1);
    }

    @Test
    void aWatchedSlotThatIsKnownToHaveMovedIsAConflictEvenWithoutAKey() {
        TestClient client = plane.client();
        assertThat(client.call("WATCH", key)).isEqualTo("OK");
        cluster.move(slot, 1);
        plane.follow(cluster.map());

        client.ask("MULTI").ask("PUBLISH", "c", "m").ask("EXEC");

        assertThat(client.replies(3)).containsExactly("OK", "QUEUED", "(nil)");
    }

    @Test
    void aKeyOnItsWayIsWatchedAtTheImporter() {
        TestClient client = plane.client();
        TestClient other = plane.client();
        cluster.put(key, "v");
        cluster.migrate(slot, 1);
        cluster.migrateKey(key);

        assertThat(client.call("WATCH", key)).isEqualTo("OK");
        assertThat(transaction(client, "APPEND", "GET")).isEqualTo("[2, vx]");
        assertThat(client.call("WATCH", key)).isEqualTo("OK");
        other.call("APPEND", key, "y");
        assertThat(transaction(client, "APPEND", "GET")).isEqualTo("(nil)");
        assertThat(cluster.get(key)).isEqualTo("vxy");
    }

    @Test
    void aLostLeaseIsAConflict() {
        TestClient client = plane.client();
        assertThat(client.call("WATCH", key)).isEqualTo("OK");

        cluster.node(0).cut();
        plane.awaitCount(Metric.LEASES, 0);

        assertThat(client.call("WATCH", sibling)).isEqualTo("OK");
        assertThat(transaction(client, "APPEND", "GET")).isEqualTo("(nil)");
        assertThat(client.call("WATCH", key)).isEqualTo("OK");
        assertThat(transaction(client, "APPEND", "GET")).isEqualTo("[1, x]");
    }

    @Test
    void aGuardedTransactionInFlightOnALostConnectionIsUncertain() {
        TestClient client = plane.client();
        client.call("WATCH", key);
        cluster.node(0).rule(command -> command.is("exec") ? Answer.CLOSE : cluster.answer(0, command));

        assertThat(transaction(client, "APPEND", "GET")).startsWith("-UNCERTAIN ");
        client.call("WATCH", key);
        assertThat(transaction(client, "GET", "STRLEN")).isEqualTo("(nil)");
    }

    @Test
    void watchWaitsForItsNode() {
        cluster.node(0).stop();
        TestClient client = plane.client();
        await().until(() -> plane.feedback.contains("unreachable " + cluster.node(0).address()));
        client.ask("WATCH", key).ask("MULTI").ask("APPEND", key, "x").ask("EXEC");

        cluster.node(0).start();

        assertThat(client.replies(4)).containsExactly("OK", "OK", "QUEUED", "[1]");
    }

    @Test
    void clientsThatLeaveWhileWatchIsUnderWayLeaveNothing() {
        cluster.node(0).rule(command -> command.is("watch") ? Answer.NOTHING : cluster.answer(0, command));
        TestClient first = plane.client();
        first.ask("WATCH", key);
        await().until(() -> cluster.node(0).commands("watch").size() == 1);
        plane.drop(0);
        plane.awaitCount(Metric.SESSIONS, 0);
        plane.awaitCount(Metric.LEASES, 0);

        cluster.node(0).stop();
        TestClient second = plane.client();
        second.ask("WATCH", key);
        plane.awaitCount(Metric.PARKED, 1);
        plane.drop(1);
        plane.awaitCount(Metric.SESSIONS, 0);
        cluster.node(0).rule(command -> cluster.answer(0, command));
        cluster.node(0).start();
        plane.awaitCount(Metric.PARKED, 0);
        plane.awaitCount(Metric.KEPT_BYTES, 0);
    }
}
