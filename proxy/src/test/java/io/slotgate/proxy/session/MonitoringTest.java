package io.slotgate.proxy.session;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.proxy.config.AllowedCommands;
import io.slotgate.proxy.config.PubSubLimits;
import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.plane.Answer;
import io.slotgate.proxy.plane.FakeCluster;
import io.slotgate.proxy.plane.Plane;
import io.slotgate.proxy.plane.PlaneLimits;
import io.slotgate.proxy.plane.TestClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** MONITOR over fake nodes. */
@Timeout(60)
class MonitoringTest {
    @AutoClose
    private final FakeCluster cluster = new FakeCluster(2);
    @AutoClose
    private final Plane plane = Plane.builder(cluster.map()).allow(new AllowedCommands(Set.of("monitor")))
            .limits(new PlaneLimits().output(64 * 1024, 4 << 20, 8 << 20)
                    .pubsub(new PubSubLimits(10, 1 << 20, 64 << 10, 64 << 10, Duration.ofSeconds(60))))
            .start();
    private final TestClient client = plane.client();
    /** Connections that MONITOR was said on, the last of each node. */
    private final Map<Integer, Integer> monitored = new ConcurrentHashMap<>();

    @BeforeEach
    void nodesKnowMonitor() {
        for (int node = 0; node < 2; node++) {
            int of = node;
            cluster.node(node).rule(command -> {
                if (!command.is("monitor")) {
                    return cluster.answer(of, command);
                }
                monitored.put(of, command.connection());
                return Answer.raw("+OK\r\n");
            });
        }
    }

    @Test
    void showsWhatAllPrimariesDo() {
        assertThat(client.call("MONITOR")).isEqualTo("OK");
        push(0, "+1.0 [0 a:1] \"GET\" \"x\"\r\n");
        assertThat(client.reply()).isEqualTo("1.0 [0 a:1] \"GET\" \"x\"");
        push(1, "+2.0 [0 a:1] \"GET\" \"y\"\r\n+3.0 [0 a:1] \"DEL\" \"y\"\r\n");

        assertThat(client.replies(2)).containsExactly("2.0 [0 a:1] \"GET\" \"y\"", "3.0 [0 a:1] \"DEL\" \"y\"");
        assertThat(plane.count(Metric.MONITORS)).isEqualTo(1);
    }

    @Test
    void meanwhileKeysAreLeftAlone() {
        client.call("MONITOR");

        assertThat(client.call("GET", "x")).isEqualTo("-ERR Replica can't interact with the keyspace");
        assertThat(client.call("PING")).isEqualTo("PONG");
        assertThat(client.ask("MONITOR").call("ECHO", "a")).as("a second MONITOR is not answered").isEqualTo("a");
    }

    @Test
    void endsWithResetAndWhenTheClientLeaves() {
        client.call("MONITOR");
        assertThat(client.call("RESET")).isEqualTo("RESET");
        plane.awaitCount(Metric.MONITORS, 0);
        assertThat(client.call("GET", "x")).isEqualTo("(nil)");

        client.call("MONITOR");
        plane.awaitCount(Metric.MONITORS, 1);
        client.close();
        plane.awaitCount(Metric.MONITORS, 0);
    }

    @Test
    void goesOnWhenAConnectionIsLost() {
        client.call("MONITOR");
        int first = requireNonNull(monitored.get(0));
        cluster.node(0).cut();
        await().until(() -> monitored.get(0) != first);
        push(0, "+1.0 [0 a:1] \"GET\" \"x\"\r\n");

        assertThat(client.reply()).startsWith("1.0");
    }

    @Test
    void whatANodeRefusesIsTheAnswer() {
        cluster.node(1).rule(command -> command.is("monitor")
                ? Answer.error("NOPERM no")
                : cluster.answer(1, command));

        assertThat(client.call("MONITOR")).isEqualTo("-NOPERM no");
        assertThat(plane.count(Metric.MONITORS)).isZero();
        assertThat(client.call("GET", "x")).isEqualTo("(nil)");
    }

    @Test
    void isNotPartOfATransaction() {
        client.call("MULTI");

        assertThat(client.call("MONITOR")).startsWith("-ERR Slotgate: MONITOR is not supported inside a transaction");
        assertThat(client.call("EXEC")).startsWith("-EXECABORT");
    }

    @Test
    void soManyAndNoMore() {
        List<TestClient> clients = new ArrayList<>();
        for (int i = 0; i < Monitors.MOST; i++) {
            TestClient each = plane.client();
            clients.add(each);
            assertThat(each.call("MONITOR")).isEqualTo("OK");
        }

        assertThat(client.call("MONITOR")).startsWith("-ERR Slotgate: 16 clients");
        clients.getFirst().close();
        plane.awaitCount(Metric.MONITORS, Monitors.MOST - 1);
        assertThat(client.call("MONITOR")).isEqualTo("OK");
    }

    @Test
    void whoDoesNotReadIsClosed() {
        TestClient slow = plane.client(4096);
        slow.call("MONITOR");
        String lines = ("+1.0 [0 a:1] \"SET\" \"" + "x".repeat(1000) + "\"\r\n").repeat(10_000);
        push(0, lines);

        plane.awaitCount(Metric.SLOW_SUBSCRIBERS, 1);
        plane.awaitCount(Metric.MONITORS, 0);
    }

    private void push(int node, String lines) {
        cluster.node(node).push(requireNonNull(monitored.get(node)), Answer.raw(lines));
    }
}
