package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.deploy.dev.LocalNode;
import io.slotgate.proxy.metrics.Metric;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Sessions that send anything in any state never get what is another's, and leave nothing behind: no lease, no subscription, no
 * state on a connection to a node.
 *
 * <p>{@code -Dslotgate.fuzz=PT10M} goes on for ten minutes; {@code -Dslotgate.seed=n} starts with that seed.
 */
@Timeout(3600)
class SessionFuzzIT {
    private static final int CLIENTS = 16;
    private static final int ROUNDS = 40;

    @RegisterExtension
    static final ProxyFixture proxy = new ProxyFixture().cluster(cluster -> cluster.shards(3).replicas(0));

    private final Map<Long, ChaosClient> all = new ConcurrentHashMap<>();

    @Test
    void nothingIsMixedUpAndNothingStays() throws Exception {
        Random seeds = new Random(Long.getLong("slotgate.seed", 1));
        long end = System.nanoTime() + Duration.parse(System.getProperty("slotgate.fuzz", "PT20S")).toNanos();
        List<CompletableFuture<Void>> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Random own = new Random(seeds.nextLong());
            clients.add(CompletableFuture.runAsync(() -> live(own, end), task -> Thread.ofVirtual().start(task)));
        }
        for (CompletableFuture<Void> client : clients) {
            client.get();
        }

        try (Wire operator = proxy.connectPlain()) {
            operator.call("CLIENT", "UNPAUSE");
        }
        proxy.awaitIdle();
        await().atMost(ProxyFixture.PATIENCE).untilAsserted(() -> {
            for (Metric metric : List.of(Metric.LEASES, Metric.LEASES_WAITING, Metric.QUEUED_BYTES,
                    Metric.SUBSCRIPTIONS, Metric.SUBSCRIPTION_BYTES, Metric.PUBSUB_TOPICS,
                    Metric.PUBSUB_QUEUED_BYTES)) {
                assertThat(proxy.metric(metric)).as(metric.name()).isZero();
            }
            connectionsAreClean();
        });
        nextClientsFindAllAsUsual();
    }

    /** One client after the other. */
    private void live(Random random, long end) {
        try {
            while (System.nanoTime() < end) {
                Wire wire = random.nextBoolean() ? proxy.connect() : proxy.connectPlain();
                new ChaosClient(wire, random, all).run(1 + random.nextInt(ROUNDS));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Shared channels, leases and all others. */
    private static void connectionsAreClean() throws IOException {
        for (LocalNode node : proxy.cluster().nodes()) {
            String[] connections = node.text("CLIENT", "LIST").split("\n");
            assertThat(connections).hasSizeGreaterThan(2);
            assertThat(connections).allSatisfy(line -> assertThat(line).contains(" db=0 ", " multi=-1 ", " watch=0 ",
                    " sub=0 psub=0 ssub=0 ", " flags=N ", " redir=-1 "));
        }
    }

    private static void nextClientsFindAllAsUsual() throws IOException {
        for (String protocol : List.of("2", "3")) {
            try (Wire wire = proxy.connect()) {
                wire.call("HELLO", protocol);
                wire.call("FLUSHALL");
                for (int i = 0; i < 50; i++) {
                    String key = "after:" + i;
                    assertThat(wire.raw("GET", key)).isEqualTo(protocol.equals("2") ? "$-1\r\n" : "_\r\n");
                    wire.send("MULTI");
                    wire.send("SET", key, key);
                    wire.send("EXEC");
                    assertThat(wire.readRaw() + wire.readRaw() + wire.readRaw())
                            .isEqualTo("+OK\r\n+QUEUED\r\n*1\r\n+OK\r\n");
                    assertThat(wire.call("GET", key)).isEqualTo(key);
                }
                assertThat(wire.call("DBSIZE")).isEqualTo(50L);
            }
        }
    }
}
