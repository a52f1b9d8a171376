package io.slotgate.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.plane.Answer;
import io.slotgate.proxy.plane.FakeCluster;
import io.slotgate.proxy.plane.FakePubSub;
import io.slotgate.proxy.plane.FakeTracking;
import io.slotgate.proxy.plane.Plane;
import io.slotgate.proxy.plane.TestClient;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Limits that are changed while clients are there: what holds from then on. */
@Timeout(60)
class LiveLimitsTest {
    @AutoClose
    private final FakeCluster cluster = new FakeCluster(2);
    @AutoClose
    private final Plane plane = Plane.over(cluster);
    private final TestClient client = plane.client();
    private final String a = cluster.key(0, "a");
    private final String b = cluster.key(1, "b");

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "limits.bulk-bytes | 1KiB | limits.unauthenticated-bulk-bytes | 1KiB | -ERR Protocol error: invalid bulk length",
        "limits.arguments | 2 | limits.unauthenticated-arguments | 2 | -ERR Protocol error: invalid multibulk length"})
    void framesMayBeSoLarge(String name, String value, String other, String otherValue, String error) {
        String large = "x".repeat(2000);
        assertThat(client.call("SET", a, large)).isEqualTo("OK");

        plane.apply(Map.of(name, value, other, otherValue));

        assertThat(client.call("SET", a, large)).startsWith(error);
    }

    @Test
    void inlineCommandsMayBeSoLong() {
        assertThat(client.send("SET " + a + " " + "x".repeat(100) + "\r\n").reply()).isEqualTo("OK");

        plane.apply(Map.of("limits.inline-bytes", "64B"));

        assertThat(client.send("SET " + a + " " + "x".repeat(100) + "\r\n").reply()).startsWith("-ERR Protocol error");
    }

    @Test
    void valuesFromSoManyBytesOnArePassedOnInParts() {
        assertThat(client.call("SET", a, "x".repeat(100_000))).isEqualTo("OK");
        assertThat(plane.count(Metric.UPLOADS)).isZero();

        plane.apply(Map.of("limits.stream-bytes", "4KiB"));

        assertThat(client.call("SET", a, "x".repeat(100_000))).isEqualTo("OK");
        assertThat(plane.count(Metric.UPLOADS)).isOne();
    }

    @Test
    void halfACommandMayBeSoLarge() {
        // Given one that has come in part
        String command = TestClient.command("SET", a, "x".repeat(1_500_000));
        plane.apply(Map.of("limits.stream-bytes", "64MiB"));
        TestClient other = plane.client();
        other.send(TestClient.command("PING"));
        assertThat(other.reply()).isEqualTo("PONG");

        plane.apply(Map.of("limits.stream-bytes", "64MiB", "limits.request-bytes-per-worker", "1MiB"));

        // Room for the whole is taken with its beginning; what came behind that and is never read would reset the connection.
        assertThat(client.send(command.substring(0, 100)).rest()).contains("-ERR");
    }

    @Test
    void transactionsMayBeSoLong() {
        assertThat(client.call("MULTI")).isEqualTo("OK");
        assertThat(client.call("SET", a, "1")).isEqualTo("QUEUED");

        plane.apply(Map.of("limits.transaction-commands", "1"));

        assertThat(client.call("SET", a, "2")).startsWith("-ERR Slotgate: the transaction is too large: more than 1 ");
        assertThat(client.call("EXEC")).startsWith("-EXECABORT");
    }

    @Test
    void soManyClientsMayBlock() {
        CompletableFuture<Void> gate = new CompletableFuture<>();
        cluster.node(0).rule(command -> command.is("blpop")
                ? Answer.raw("*-1\r\n").after(gate)
                : cluster.answer(0, command));
        client.ask("BLPOP", a, "0");
        await().until(() -> cluster.node(0).commands("blpop").size() == 1);
        TestClient second = plane.client();

        plane.apply(Map.of("limits.leases-per-node", "1", "limits.lease-queue", "0"));
        assertThat(second.call("BLPOP", a, "0")).startsWith("-");
        plane.apply(Map.of("limits.leases-per-node", "2"));
        second.ask("BLPOP", a, "0");

        await().until(() -> cluster.node(0).commands("blpop").size() == 2);
        gate.complete(null);
        client.reply();
        second.reply();
    }

    @Test
    void soManySubscriptionsAreAllowed() {
        FakePubSub nodes = new FakePubSub(cluster);
        assertThat(nodes).isNotNull();
        assertThat(client.call("SUBSCRIBE", "one")).contains("one");

        plane.apply(Map.of("limits.pubsub.subscriptions-per-session", "1"));
        assertThat(client.call("SUBSCRIBE", "two")).startsWith("-ERR Slotgate: a client may have 1 subscriptions");
        plane.apply(Map.of());

        assertThat(client.call("SUBSCRIBE", "two")).contains("two");
    }

    @Test
    void repliesThatAreMergedMayBeSoLarge() {
        cluster.node(0).rule(command -> command.is("mget")
                ? Answer.raw("*1\r\n$6000\r\n" + "x".repeat(6000) + "\r\n")
                : cluster.answer(0, command));
        assertThat(client.call("MGET", a, b)).startsWith("[");

        plane.apply(Map.of("limits.output-pause-bytes", "4KiB", "limits.output-bytes", "4KiB"));

        assertThat(client.call("MGET", a, b)).startsWith("-ERR the replies to be merged are larger than 4096 ");
    }

    @Test
    void keysThatAreTrackedMayBeSoMany() {
        FakeTracking nodes = new FakeTracking(cluster);
        assertThat(nodes).isNotNull();
        client.call("HELLO", "3");
        assertThat(client.call("CLIENT", "TRACKING", "ON")).isEqualTo("OK");
        client.call("GET", a);
        client.call("GET", b);
        plane.awaitCount(Metric.TRACKED_KEYS, 2);

        plane.apply(Map.of("limits.tracking.keys-per-worker", "1"));
        client.ask("GET", cluster.key(0, "c"));

        plane.awaitCount(Metric.TRACKING_EVICTED, 2);
        plane.awaitCount(Metric.TRACKED_KEYS, 1);
    }

    @Test
    void slotsAndKeysAreCountedOrNot() {
        plane.apply(Map.of("heat.sample", "1"));
        client.call("GET", a);
        assertThat(plane.heat().slots().size()).isPositive();
        assertThat(plane.heat().hotKeys()).extracting(key -> key.key()).containsExactly(a);

        plane.apply(Map.of("heat.enabled", "false"));
        client.call("GET", a);
        assertThat(plane.heat().slots().size()).isZero();
        assertThat(plane.heat().hotKeys()).isEmpty();

        plane.apply(Map.of("heat.sample", "1"));
        client.call("GET", b);
        assertThat(plane.heat().hotKeys()).extracting(key -> key.key()).containsExactly(b);
    }
}
