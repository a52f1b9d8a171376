package io.slotgate.proxy.redirect;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.plane.Answer;
import io.slotgate.proxy.plane.FakeCluster;
import io.slotgate.proxy.plane.Plane;
import io.slotgate.proxy.plane.PlaneLimits;
import io.slotgate.proxy.plane.TestClient;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Clients append to a few keys in pipelines while their slots move from node to node, in one go or key by key, while the plane
 * is told so or has to find out, and while connections are cut. What was acknowledged is there once, in the client's order.
 */
@Timeout(120)
class SlotOrderTest {
    private static final int NODES = 6;
    private static final int KEYS = 5;
    private static final int CLIENTS = 5;
    private static final int COMMANDS = 400;
    private static final int PENDING = 10;

    @AutoClose
    private final FakeCluster cluster = new FakeCluster(NODES);
    @AutoClose
    private final Plane plane = Plane.builder(cluster.map()).limits(new PlaneLimits().pendingPerSession(PENDING))
            .start();
    private final List<String> keys = new ArrayList<>();
    private final AtomicInteger acknowledged = new AtomicInteger();
    private volatile boolean done;

    SlotOrderTest() {
        for (int i = 0; i < KEYS; i++) {
            keys.add(cluster.key(0, "key" + i + "-"));
        }
        for (int i = 0; i < NODES; i++) {
            int node = i;
            Random delays = new Random(i);
            cluster.node(i).rule(command -> {
                Answer answer = cluster.answer(node, command);
                return delays.nextInt(20) == 0 ? answer.late(delays.nextInt(3000)) : answer;
            });
        }
    }

    @ParameterizedTest
    @CsvSource({"1, false", "2, false", "3, true", "4, true"})
    void acknowledgedCommandsAreThereInTheOrderOfTheirClient(long seed, boolean cutting) throws Exception {
        Random random = new Random(seed);
        List<CompletableFuture<List<Sent>>> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            TestClient client = plane.client();
            Random own = new Random(random.nextLong());
            int number = i;
            clients.add(async(() -> run(client, number, own)));
        }
        CompletableFuture<Boolean> churn = async(() -> churn(random, cutting));

        List<Sent> sent = new ArrayList<>();
        for (CompletableFuture<List<Sent>> client : clients) {
            sent.addAll(client.get());
        }
        done = true;

        assertThat(churn.get()).isTrue();
        assertThat(sent).filteredOn(each -> !each.acknowledged()).as("not acknowledged")
                .allSatisfy(each -> assertThat(each.reply).startsWith("-UNCERTAIN"));
        assertThat(plane.count(Metric.MOVED)).isPositive();
        for (String key : keys) {
            checkKey(key, sent.stream().filter(each -> each.key.equals(key)).toList());
        }
    }

    private void checkKey(String key, List<Sent> sent) {
        String value = Objects.requireNonNullElse(cluster.get(key), "");
        List<String> there = Arrays.asList(value.split(";"));
        assertThat(there).as("in %s", key).doesNotHaveDuplicates();
        Map<Integer, Integer> last = new HashMap<>();
        Map<Integer, Integer> lastLength = new HashMap<>();
        for (Sent each : sent) {
            if (each.acknowledged()) {
                int place = there.indexOf(each.token);
                assertThat(place).as("%s in %s: %s", each.token, key, value)
                        .isGreaterThan(last.getOrDefault(each.client, -1));
                last.put(each.client, place);
                int length = Integer.parseInt(each.reply);
                assertThat(length).as("told length").isGreaterThan(lastLength.getOrDefault(each.client, 0));
                lastLength.put(each.client, length);
            }
        }
    }

    private List<Sent> run(TestClient client, int number, Random random) {
        List<Sent> sent = new ArrayList<>();
        StringBuilder commands = new StringBuilder();
        for (int i = 0; i < COMMANDS; i++) {
            Sent each = new Sent(number, keys.get(random.nextInt(KEYS)), number + ":" + i);
            sent.add(each);
            commands.append(TestClient.command("APPEND", each.key, each.token + ";"));
        }
        Thread sending = client.sendInPieces(commands.toString(), random);
        for (Sent each : sent) {
            each.reply = client.reply();
            acknowledged.incrementAndGet();
        }
        join(sending);
        return sent;
    }

    /**
     * Moves each key's slot over all nodes, none twice to the same, and none again before what was under way has arrived: for in
     * no cluster does a slot move on faster than a command does.
     */
    private boolean churn(Random random, boolean cutting) {
        int[] at = new int[KEYS];
        int[] settled = new int[KEYS];
        while (!done) {
            int seen = acknowledged.get();
            int pick = random.nextInt(KEYS);
            int slot = SlotHash.slot(keys.get(pick));
            if (at[pick] + 1 < NODES && seen >= settled[pick]) {
                int to = ++at[pick];
                if (random.nextBoolean()) {
                    cluster.migrate(slot, to);
                    awaitProgress(seen + random.nextInt(20));
                    cluster.migrateKey(keys.get(pick));
                    awaitProgress(seen + CLIENTS * PENDING + random.nextInt(40));
                }
                cluster.move(slot, to);
                settled[pick] = acknowledged.get() + CLIENTS * PENDING;
            }
            if (random.nextInt(3) == 0) {
                plane.follow(cluster.map());
            }
            // Not while commands are on their way from node to node: one that has to start again then may be overtaken.
            if (cutting && seen >= Arrays.stream(settled).max().orElse(0)) {
                cluster.node(random.nextInt(NODES)).cut();
            }
            awaitProgress(seen + random.nextInt(30));
        }
        return true;
    }

    private void awaitProgress(int count) {
        while (!done && acknowledged.get() < Math.min(count, CLIENTS * COMMANDS)) {
            LockSupport.parkNanos(100_000);
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static <T> CompletableFuture<T> async(Supplier<T> task) {
        return CompletableFuture.supplyAsync(task, each -> Thread.ofVirtual().start(each));
    }

    private static final class Sent {
        final int client;
        final String key;
        final String token;
        String reply = "";

        Sent(int client, String key, String token) {
            this.client = client;
            this.key = key;
            this.token = token;
        }

        boolean acknowledged() {
            return !reply.isEmpty() && Character.isDigit(reply.charAt(0));
        }
    }
}
