package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One client that counts up and reads keys of its own on many slots while connections to nodes are lost, and keeps account of
 * what it was told: every write is answered as done or as uncertain, every read is answered, and the counters add up.
 */
final class FaultyLoad {
    private static final int KEYS = 60;

    private final ProxyFixture proxy;
    private final String prefix;
    private final long[] done = new long[KEYS];
    private final long[] uncertain = new long[KEYS];
    private final long[] last = new long[KEYS];
    private final AtomicInteger rounds = new AtomicInteger();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile boolean stopping;
    private Thread thread = new Thread();

    FaultyLoad(ProxyFixture proxy, int number) {
        this.proxy = proxy;
        this.prefix = "load" + number + ":";
    }

    FaultyLoad start() {
        thread = Thread.ofPlatform().start(() -> {
            try (Wire client = proxy.connect()) {
                while (!stopping) {
                    round(client);
                    rounds.incrementAndGet();
                }
            } catch (Throwable e) {
                failure.set(e);
            }
        });
        return this;
    }

    private void round(Wire client) throws IOException {
        for (int i = 0; i < KEYS; i++) {
            client.send("INCR", prefix + i);
            client.send("GET", prefix + i);
        }
        for (int i = 0; i < KEYS; i++) {
            Object counted = client.read();
            if (counted instanceof Long value) {
                done[i]++;
                assertThat(value).as("INCR %s", prefix + i).isGreaterThan(last[i])
                        .isLessThanOrEqualTo(done[i] + uncertain[i]);
                last[i] = value;
            } else {
                assertThat(counted).isInstanceOfSatisfying(Reply.Failure.class,
                        error -> assertThat(error.text()).startsWith("UNCERTAIN "));
                uncertain[i]++;
            }
            // Null if the very first write was lost.
            Object read = client.read();
            long value = read == null ? 0 : Long.parseLong((String) read);
            assertThat(value).as("GET %s", prefix + i).isBetween(last[i], done[i] + uncertain[i]);
        }
    }

    /** Waits until it went so many more times over all its keys. */
    void awaitRounds(int more) {
        int goal = rounds.get() + more;
        await().atMost(ProxyFixture.PATIENCE.multipliedBy(2))
                .until(() -> rounds.get() >= goal || failure.get() != null);
        fail();
    }

    long uncertain() {
        long sum = 0;
        for (long each : uncertain) {
            sum += each;
        }
        return sum;
    }

    private void fail() {
        Throwable cause = failure.get();
        if (cause != null) {
            throw new AssertionError(prefix + " after " + rounds + " rounds: " + cause, cause);
        }
    }

    /** Ends it and checks that nothing was lost and nothing was done twice. */
    void finish() throws IOException, InterruptedException {
        stopping = true;
        thread.join();
        fail();
        List<String> command = new ArrayList<>(List.of("MGET"));
        for (int i = 0; i < KEYS; i++) {
            command.add(prefix + i);
        }
        try (Wire client = proxy.connect()) {
            List<?> values = (List<?>) client.call(command.toArray(String[]::new));
            for (int i = 0; i < KEYS; i++) {
                assertThat(Long.parseLong((String) java.util.Objects.requireNonNull(values).get(i)))
                        .as(prefix + i).isBetween(done[i], done[i] + uncertain[i]);
            }
        }
    }
}
