package io.slotgate.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.plane.FakeCluster;
import io.slotgate.proxy.plane.FakePubSub;
import io.slotgate.proxy.plane.Plane;
import io.slotgate.proxy.plane.PlaneLimits;
import io.slotgate.proxy.plane.TestClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Sessions that do everything at once, legal and illegal: HELLO and RESET anywhere, transactions, watching, subscribing, blocking,
 * CLIENT REPLY, PAUSE, KILL and UNBLOCK, scripts, large values, nonsense, leaving at any point; while slots move and, with some
 * seeds, nodes are cut off. No session gets what is another's, and nothing stays behind.
 */
@Timeout(120)
class SessionFuzzTest {
    private static final int NODES = 3;
    private static final int CLIENTS = 6;
    private static final int LIVES = 12;
    private static final int ROUNDS = 50;

    @AutoClose
    private final FakeCluster cluster = new FakeCluster(NODES);
    private final FakePubSub pubsub = new FakePubSub(cluster);
    @AutoClose
    private final Plane plane = Plane.builder(cluster.map())
            .limits(new PlaneLimits().streamBytes(8 * 1024).pendingPerSession(40)).start();
    private final Map<Integer, FuzzClient> clients = new ConcurrentHashMap<>();
    private final AtomicInteger lives = new AtomicInteger();
    private volatile boolean done;

    @ParameterizedTest
    @CsvSource({"1, false", "2, false", "3, false", "4, true", "5, true", "6, true"})
    void sessionsKeepApart(long seed, boolean nodesFail) throws Exception {
        Random random = new Random(seed);
        TestClient first = plane.client();
        assertThat(first.call("EVAL", FuzzClient.SCRIPT, "0", "shown")).isEqualTo("shown");
        first.close();
        List<CompletableFuture<Void>> running = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Random own = new Random(random.nextLong());
            running.add(CompletableFuture.runAsync(() -> live(own, nodesFail),
                    task -> Thread.ofVirtual().start(task)));
        }
        CompletableFuture<Void> churn = CompletableFuture.runAsync(() -> churn(random, nodesFail),
                task -> Thread.ofVirtual().start(task));

        for (CompletableFuture<Void> each : running) {
            each.get();
        }
        done = true;
        churn.get();

        TestClient operator = plane.client();
        await().untilAsserted(() -> assertThat(operator.call("CLIENT", "LIST").lines()).hasSize(1));
        for (Metric metric : List.of(Metric.PENDING, Metric.KEPT_BYTES, Metric.PARKED, Metric.LEASES,
                Metric.LEASES_WAITING, Metric.QUEUED_BYTES, Metric.SUBSCRIPTIONS, Metric.PUBSUB_TOPICS)) {
            plane.awaitCount(metric, 0);
        }
        if (!nodesFail) {
            assertThat(cluster.openTransactions()).isZero();
        }
        channelsAreClean();
    }

    /** One client after the other. */
    private void live(Random random, boolean nodesFail) {
        for (int life = 0; life < LIVES; life++) {
            int number = lives.incrementAndGet();
            List<String> keys = new ArrayList<>();
            for (int node = 0; node < NODES; node++) {
                keys.add(cluster.key(node, "k" + number + "-"));
            }
            new FuzzClient(plane.client(), clients, random, keys, nodesFail).run(random.nextInt(ROUNDS));
        }
    }

    private void churn(Random random, boolean nodesFail) {
        while (!done) {
            LockSupport.parkNanos(random.nextInt(5_000_000));
            if (nodesFail && random.nextInt(8) == 0) {
                pubsub.cut(random.nextInt(NODES));
            } else if (random.nextInt(3) == 0) {
                plane.follow(cluster.map());
            } else {
                pubsub.move(random.nextInt(SlotHash.SLOTS), random.nextInt(NODES));
                String key = "k" + (1 + random.nextInt(lives.get() + 1)) + "-" + random.nextInt(4);
                pubsub.move(SlotHash.slot(key), random.nextInt(NODES));
            }
        }
        plane.follow(cluster.map());
    }

    /** Who comes next finds the shared channels as if nobody had been there. */
    private void channelsAreClean() {
        for (String protocol : List.of("2", "3")) {
            TestClient client = plane.client();
            assertThat(client.call("HELLO", protocol)).contains("proto, " + protocol);
            for (int node = 0; node < NODES; node++) {
                String key = cluster.key(node, "last" + protocol);
                assertThat(client.call("SET", key, protocol)).isEqualTo("OK");
                assertThat(client.call("GET", key)).isEqualTo(protocol);
                assertThat(client.ask("MULTI").ask("GET", key).ask("EXEC").replies(3)).last()
                        .isEqualTo("[" + protocol + "]");
            }
            client.close();
        }
    }
}
