package io.slotgate.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.plane.Answer;
import io.slotgate.proxy.plane.Command;
import io.slotgate.proxy.plane.Crew;
import io.slotgate.proxy.plane.FakeCluster;
import io.slotgate.proxy.plane.TestClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients of several workers append to keys of their own and read them by connections that the workers share, while nodes are
 * late, are cut, redirect and answer nonsense, and workers give connections up. What a key holds can be told from what was
 * answered: everything that was, once and in order.
 */
@Timeout(180)
class SharedConnectionsFuzzTest {
    private static final int NODES = 4;
    private static final int CLIENTS = 8;
    private static final int KEYS = 3;
    private static final int ROUNDS = 15;

    private final AtomicInteger answered = new AtomicInteger();
    private volatile boolean done;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void everyReplyIsItsClientsAndEveryWriteIsDoneOnceAtMost(long seed) throws Exception {
        Random random = new Random(seed);
        int workers = 2 + random.nextInt(3);
        try (FakeCluster cluster = new FakeCluster(NODES);
                Crew crew = new Crew(workers, 1 + random.nextInt(workers - 1), cluster.map(), plane -> plane)) {
            for (int i = 0; i < NODES; i++) {
                int node = i;
                Random own = new Random(random.nextLong());
                cluster.node(i).rule(command -> misbehave(cluster, node, command, own));
            }
            List<CompletableFuture<Client>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                Client client = new Client(i, new Random(random.nextLong()));
                clients.add(async(() -> client.run(crew)));
            }
            CompletableFuture<Boolean> churn = async(() -> churn(cluster, crew, random));

            for (CompletableFuture<Client> client : clients) {
                client.get();
            }
            done = true;
            assertThat(churn.get()).isTrue();

            cluster.rule(cluster::answer);
            for (CompletableFuture<Client> client : clients) {
                client.get().checkWhatIsLeft(crew);
            }
            assertThat(crew.count(Metric.HANDED_OFF)).isPositive();
            for (int i = 0; i < workers; i++) {
                crew.worker(i).awaitCount(Metric.PENDING, 0);
                crew.worker(i).awaitCount(Metric.KEPT_BYTES, 0);
            }
        }
    }

    private static Answer misbehave(FakeCluster cluster, int node, Command command, Random random) {
        Answer answer = cluster.answer(node, command);
        int chance = random.nextInt(600);
        if (chance == 0) {
            return Answer.CLOSE;
        } else if (chance == 1) {
            return Answer.raw("garbage\r\n");
        }
        return chance < 30 ? answer.late(random.nextInt(2000)) : answer;
    }

    private boolean churn(FakeCluster cluster, Crew crew, Random random) {
        while (!done) {
            int seen = answered.get();
            int node = random.nextInt(NODES);
            switch (random.nextInt(6)) {
                case 0, 1 -> cluster.move(SlotHash.slot(key(random.nextInt(CLIENTS), random.nextInt(10))), node);
                case 2 -> crew.follow(cluster.map());
                case 3 -> cluster.node(node).cut();
                case 4 -> crew.worker(random.nextInt(crew.size())).cutSilent(cluster.node(node).address(),
                        System.nanoTime());
                default -> {
                    cluster.node(node).stop();
                    awaitAnswers(seen + random.nextInt(20));
                    cluster.node(node).start();
                }
            }
            awaitAnswers(seen + random.nextInt(200));
        }
        return true;
    }

    /** Returns when there are as many answers, or none came for a while. */
    private void awaitAnswers(int count) {
        for (int i = 0; i < 100 && !done && answered.get() < count; i++) {
            LockSupport.parkNanos(200_000);
        }
    }

    private static String key(int client, int i) {
        return "client" + client + ":" + i;
    }

    private static <T> CompletableFuture<T> async(Supplier<T> task) {
        return CompletableFuture.supplyAsync(task, each -> Thread.ofVirtual().start(each));
    }

    /** Knows what its keys hold, unless a write to one was uncertain: such a key it leaves at the end of the round. */
    private final class Client {
        private final int id;
        private final Random random;
        private final String[] keys = new String[KEYS];
        private final String[] values = new String[KEYS];
        private final boolean[] doubtful = new boolean[KEYS];
        /** What was read and not yet to be there: read again after a loss, behind a write that is then uncertain. */
        private final @Nullable String[] early = new @Nullable String[KEYS];
        private int made;
        private int written;
        private int certain;

        Client(int id, Random random) {
            this.id = id;
            this.random = random;
            for (int i = 0; i < KEYS; i++) {
                newKey(i);
            }
        }

        private void newKey(int i) {
            keys[i] = key(id, made++);
            values[i] = "";
            doubtful[i] = false;
            early[i] = null;
        }

        Client run(Crew crew) {
            for (int round = 0; round < ROUNDS; round++) {
                try (TestClient client = crew.worker(random.nextInt(crew.size())).client()) {
                    if (random.nextBoolean()) {
                        assertThat(client.call("HELLO", "3")).contains("proto, 3");
                    }
                    List<Expected> expected = new ArrayList<>();
                    StringBuilder commands = new StringBuilder();
                    for (int i = random.nextInt(60); i >= 0; i--) {
                        expected.add(command(commands, random.nextInt(KEYS)));
                    }
                    Thread sending = client.sendInPieces(commands.toString(), random);
                    for (Expected each : expected) {
                        each.check(client.reply());
                        answered.incrementAndGet();
                    }
                    sending.join();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                for (int i = 0; i < KEYS; i++) {
                    assertThat(doubtful[i] ? null : early[i]).as(keys[i]).isNull();
                    if (doubtful[i]) {
                        newKey(i);
                    }
                }
            }
            return this;
        }

        private Expected command(StringBuilder commands, int i) {
            if (random.nextInt(3) == 0) {
                commands.append(TestClient.command("GET", keys[i]));
                return reply -> read(i, reply);
            }
            String text = id + "." + written++ + (random.nextInt(30) == 0 ? "x".repeat(20_000) : "") + ",";
            boolean whole = random.nextInt(4) == 0;
            commands.append(TestClient.command(whole ? "SET" : "APPEND", keys[i], text));
            return reply -> write(i, whole ? text : values[i] + text, whole ? "OK" : null, reply);
        }

        private void read(int i, String reply) {
            String value = reply.equals("(nil)") ? "" : reply;
            if (!doubtful[i] && early[i] == null && !value.equals(values[i])) {
                early[i] = value + " (expected: " + values[i] + ")";
            }
            if (!value.isEmpty()) {
                assertThat(value.split(",")).as(keys[i]).allMatch(each -> each.startsWith(id + "."));
            }
        }

        private void write(int i, String value, @Nullable String right, String reply) {
            if (reply.startsWith("-UNCERTAIN ")) {
                doubtful[i] = true;
            } else if (!doubtful[i]) {
                assertThat(reply).as("reply to a write to %s", keys[i])
                        .isEqualTo(right != null ? right : String.valueOf(value.length()));
                values[i] = value;
                certain++;
            } else if (right != null) {
                assertThat(reply).isEqualTo(right);
            } else {
                assertThat(reply).matches("[0-9]+");
            }
        }

        void checkWhatIsLeft(Crew crew) {
            try (TestClient client = crew.worker(0).client()) {
                for (int i = 0; i < KEYS; i++) {
                    read(i, client.call("GET", keys[i]));
                }
            }
            assertThat(early).containsOnlyNulls();
            assertThat(certain).as("writes that are certain, of %s", written).isGreaterThan(written / 4);
        }
    }

    @FunctionalInterface
    private interface Expected {
        void check(String reply);
    }
}
