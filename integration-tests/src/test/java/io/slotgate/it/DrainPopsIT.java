package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.server.ProxyServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Elements are pushed while clients that wait for them are drained: each is received or still there. */
@Timeout(240)
class DrainPopsIT {
    private static final int CLIENTS = 300;
    private static final Duration DRAIN = Duration.ofSeconds(8);

    /** The drain has steps of 50 ms. */
    private static final Duration SPREAD = Duration.ofMillis(300);

    @RegisterExtension
    static final ProxyFixture proxy = new ProxyFixture().cluster(cluster -> cluster.shards(3).replicas(0));

    private static String list(int i) {
        return "{" + i + "}list";
    }

    private static String moved(int i) {
        return "{" + i + "}moved";
    }

    /** Every second one moves what it waits for to another list. */
    private static String[] command(int i) {
        return i % 2 == 0
                ? new String[]{"BLPOP", list(i), "0"}
                : new String[]{"BLMOVE", list(i), moved(i), "LEFT", "RIGHT", "0"};
    }

    private static String received(int i) {
        String element = "e" + i;
        String bulk = "$" + element.length() + "\r\n" + element + "\r\n";
        return i % 2 == 0 ? "*2\r\n$" + list(i).length() + "\r\n" + list(i) + "\r\n" + bulk : bulk;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void anElementIsReceivedOrStillThere(long seed) throws Exception {
        List<Wire> clients = new ArrayList<>();
        List<String> answers = new ArrayList<>();
        try (ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor();
                ProxyServer server = proxy.another();
                Wire helper = proxy.connectPlain()) {
            assertThat(helper.raw("FLUSHALL")).isEqualTo("+OK\r\n");
            for (int i = 0; i < CLIENTS; i++) {
                Wire client = Wire.open(server.plainPort());
                clients.add(client);
                client.send(command(i));
            }
            await().atMost(ProxyFixture.PATIENCE).until(() -> ProxyFixture.metric(server, Metric.LEASES) == CLIENTS);

            long begun = System.nanoTime();
            Future<?> pushing = thread.submit(() -> {
                push(new Random(seed), begun);
                return null;
            });
            server.drain(DRAIN);
            server.close();
            pushing.get();

            for (Wire client : clients) {
                answers.add(client.readToEnd());
            }
            for (int i = 0; i < CLIENTS; i++) {
                boolean got = !answers.get(i).isEmpty();
                assertThat(answers.get(i)).isIn("", received(i));
                assertThat(helper.call("LLEN", list(i))).as("in the list, client %s, received %s", i, got)
                        .isEqualTo(got ? 0L : 1L);
                assertThat(helper.call("LLEN", moved(i))).as("moved, client %s, received %s", i, got)
                        .isEqualTo(got && i % 2 == 1 ? 1L : 0L);
            }
        } finally {
            for (Wire client : clients) {
                client.close();
            }
        }
    }

    /** One element for each client, in any order, about when the last quarter of the drain begins. */
    private static void push(Random random, long begun) throws IOException, InterruptedException {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            order.add(i);
        }
        Collections.shuffle(order, random);
        long first = DRAIN.toNanos() / 4 * 3 - SPREAD.toNanos() / 4;
        long each = SPREAD.toNanos() / CLIENTS;
        try (Wire helper = proxy.connectPlain()) {
            for (int n = 0; n < CLIENTS; n++) {
                TimeUnit.NANOSECONDS.sleep(begun + first + n * each - System.nanoTime());
                int i = order.get(n);
                assertThat(helper.raw("RPUSH", list(i), "e" + i)).startsWith(":");
            }
        }
    }
}
