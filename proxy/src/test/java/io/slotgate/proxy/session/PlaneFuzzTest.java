package io.slotgate.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.plane.Answer;
import io.slotgate.proxy.plane.Command;
import io.slotgate.proxy.plane.FakeCluster;
import io.slotgate.proxy.plane.Plane;
import io.slotgate.proxy.plane.PlaneLimits;
import io.slotgate.proxy.plane.TestClient;
import java.io.EOFException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Everything at once: clients that read, write, split, stream, stop reading and leave, over nodes that are late, redirect, cut
 * connections and send garbage, while slots move. Each key has one value it can have, so every reply can be checked.
 */
@Timeout(120)
class PlaneFuzzTest {
    private static final int NODES = 4;
    private static final int KEYS = 60;
    private static final int CLIENTS = 6;
    private static final int ROUNDS = 12;

    @AutoClose
    private final FakeCluster cluster = new FakeCluster(NODES);
    @AutoClose
    private final Plane plane = Plane.builder(cluster.map()).sendBufferBytes(32 * 1024)
            .limits(new PlaneLimits().streamBytes(8 * 1024).pendingPerSession(40).output(32 * 1024, 2_000_000,
                    8_000_000))
            .start();
    private final AtomicInteger answered = new AtomicInteger();
    private volatile boolean done;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void everyReplyIsRightOrAnErrorThatMayBe(long seed) throws Exception {
        Random random = new Random(seed);
        for (int i = 0; i < KEYS; i++) {
            cluster.put(key(i), value(i));
        }
        for (int i = 0; i < NODES; i++) {
            int node = i;
            Random own = new Random(random.nextLong());
            cluster.node(i).rule(command -> misbehave(node, command, own));
        }
        List<CompletableFuture<Boolean>> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Random own = new Random(random.nextLong());
            clients.add(async(() -> run(own)));
        }
        CompletableFuture<Boolean> churn = async(() -> churn(random));

        for (CompletableFuture<Boolean> client : clients) {
            assertThat(client.get()).isTrue();
        }
        done = true;
        assertThat(churn.get()).isTrue();

        cluster.rule(cluster::answer);
        TestClient last = plane.client();
        for (int i = 0; i < KEYS; i++) {
            assertThat(last.call("GET", key(i))).isEqualTo(value(i));
        }
        last.close();
        plane.awaitCount(Metric.SESSIONS, 0);
        plane.awaitCount(Metric.PENDING, 0);
        plane.awaitCount(Metric.KEPT_BYTES, 0);
        plane.awaitCount(Metric.PARKED, 0);
    }

    private static String key(int i) {
        return "key:" + i;
    }

    /** Some are large. */
    private static String value(int i) {
        int length = i % 10 == 7 ? 150_000 + i : i % 10 == 8 ? 20_000 + i : 5 + i;
        return (i + ".").repeat(length / String.valueOf(i).length()).substring(0, length);
    }

    private static boolean isLarge(String value) {
        return value.length() > 60_000;
    }

    private Answer misbehave(int node, Command command, Random random) {
        Answer answer = cluster.answer(node, command);
        int chance = random.nextInt(400);
        if (chance == 0) {
            return Answer.CLOSE;
        } else if (chance == 1) {
            return Answer.raw("garbage\r\n");
        } else if (chance < 20) {
            return answer.late(random.nextInt(2000));
        } else if (chance < 24 && !command.is("set")) {
            return Answer.error("LOADING Valkey is loading the dataset in memory");
        }
        return answer;
    }

    private boolean churn(Random random) {
        while (!done) {
            int seen = answered.get();
            int slot = SlotHash.slot(key(random.nextInt(KEYS)));
            switch (random.nextInt(6)) {
                case 0, 1 -> cluster.move(slot, random.nextInt(NODES));
                case 2 -> {
                    int to = random.nextInt(NODES);
                    cluster.migrate(slot, to);
                    for (int i = 0; i < KEYS; i++) {
                        if (SlotHash.slot(key(i)) == slot) {
                            cluster.migrateKey(key(i));
                        }
                    }
                    awaitAnswers(seen + random.nextInt(50));
                    cluster.move(slot, to);
                }
                case 3 -> plane.follow(cluster.map());
                case 4 -> cluster.node(random.nextInt(NODES)).cut();
                default -> {
                    int node = random.nextInt(NODES);
                    cluster.node(node).stop();
                    awaitAnswers(seen + random.nextInt(20));
                    cluster.node(node).start();
                }
            }
            awaitAnswers(seen + random.nextInt(100));
        }
        return true;
    }

    /** Returns when there are as many answers, or none came for a while. */
    private void awaitAnswers(int count) {
        for (int i = 0; i < 100 && !done && answered.get() < count; i++) {
            LockSupport.parkNanos(200_000);
        }
    }

    private boolean run(Random random) {
        for (int round = 0; round < ROUNDS; round++) {
            TestClient client = plane.client(random.nextInt(3) == 0 ? 8 * 1024 : 0);
            boolean three = random.nextBoolean();
            if (three) {
                assertThat(client.call("HELLO", "3")).contains("proto, 3");
            }
            List<Expected> expected = new ArrayList<>();
            StringBuilder commands = new StringBuilder();
            for (int i = random.nextInt(100); i >= 0; i--) {
                expected.add(command(commands, random));
            }
            int leaveAfter = random.nextInt(4) == 0 ? random.nextInt(expected.size()) : expected.size();
            Thread sending = client.sendInPieces(commands.toString(), random);
            try {
                for (Expected each : expected.subList(0, leaveAfter)) {
                    each.check(client.reply());
                    answered.incrementAndGet();
                }
            } catch (UncheckedIOException e) {
                assertThat(e.getCause()).isInstanceOfAny(EOFException.class, SocketException.class);
                // A node lost within a large reply ends the client's connection: nothing else may.
                assertThat(expected).as("with a large value, if the connection ends: %s", e)
                        .anyMatch(each -> each.large);
            }
            if (random.nextBoolean()) {
                client.reset();
            } else {
                client.close();
            }
            try {
                sending.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        return true;
    }

    /** Adds a command and says what its reply has to be. */
    private static Expected command(StringBuilder commands, Random random) {
        int i = random.nextInt(KEYS);
        int other = random.nextInt(KEYS);
        List<String> words = new ArrayList<>();
        Expected expected = switch (random.nextInt(10)) {
            case 0 -> {
                words.addAll(List.of("ECHO", "e" + i));
                yield new Expected("ECHO", "e" + i, false, false);
            }
            case 1 -> {
                words.add("PING");
                yield new Expected("PING", "PONG", false, false);
            }
            case 2, 3 -> {
                words.addAll(List.of("SET", key(i), value(i)));
                yield new Expected("SET " + key(i), "OK", true, false);
            }
            case 4 -> {
                words.add("MGET");
                List<String> values = new ArrayList<>();
                for (int n = random.nextInt(8); n >= 0; n--) {
                    int k = random.nextInt(KEYS);
                    words.add(key(k));
                    values.add(value(k));
                }
                yield new Expected(words.toString(), values.toString(), false,
                        values.stream().anyMatch(PlaneFuzzTest::isLarge));
            }
            case 5 -> {
                words.addAll(List.of("MSET", key(i), value(i), key(other), value(other)));
                yield new Expected("MSET " + key(i) + " " + key(other), "OK", true, false);
            }
            case 6 -> {
                words.addAll(List.of("EXISTS", key(i), key(other), "none"));
                yield new Expected("EXISTS " + key(i), "2", false, false);
            }
            default -> {
                words.addAll(List.of("GET", key(i)));
                yield new Expected("GET " + key(i), value(i), false, isLarge(value(i)));
            }
        };
        commands.append(TestClient.command(words.toArray(String[]::new)));
        return expected;
    }

    private static <T> CompletableFuture<T> async(Supplier<T> task) {
        return CompletableFuture.supplyAsync(task, each -> Thread.ofVirtual().start(each));
    }

    private record Expected(String command, String reply, boolean write, boolean large) {
        void check(String actual) {
            boolean right = actual.equals(reply);
            boolean uncertain = write && (actual.startsWith("-UNCERTAIN ") || actual.startsWith("-TRYAGAIN "));
            boolean tooLarge = large && (actual.startsWith("-ERR the reply came before its turn")
                    || actual.startsWith("-ERR the replies to be merged are larger")
                    || actual.startsWith("-UNCERTAIN the connection was lost within the reply"));
            if (!right && !uncertain && !tooLarge) {
                assertThat(actual).as("reply to %s", command).isEqualTo(reply);
            }
        }
    }
}
