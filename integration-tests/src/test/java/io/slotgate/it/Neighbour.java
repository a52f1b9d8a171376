package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** A well-behaved client on connections of its own, TLS and plain, that must get all its replies whatever others do. */
final class Neighbour implements AutoCloseable {
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final AtomicInteger rounds = new AtomicInteger();
    private final Thread thread;
    private volatile boolean stopping;

    Neighbour(ProxyFixture proxy) throws IOException {
        Wire encrypted = proxy.connect();
        Wire plain = proxy.connectPlain();
        thread = Thread.ofPlatform().start(() -> {
            try (encrypted; plain) {
                while (!stopping) {
                    round(encrypted, "neighbour:tls");
                    round(plain, "neighbour:plain");
                    rounds.incrementAndGet();
                }
            } catch (Throwable e) {
                failure.set(e);
            }
        });
    }

    private void round(Wire client, String key) throws IOException {
        String value = "neighbour " + rounds;
        client.send("SET", key, value);
        client.send("MSET", key + "1", value, key + "2", value);
        client.send("GET", key);
        client.send("MGET", key + "2", key, "none");
        assertThat(client.read()).isEqualTo("OK");
        assertThat(client.read()).isEqualTo("OK");
        assertThat(client.read()).isEqualTo(value);
        assertThat(client.readRaw()).isEqualTo("*3\r\n" + (bulk(value) + bulk(value)) + "$-1\r\n");
    }

    private static String bulk(String text) {
        return "$" + text.length() + "\r\n" + text + "\r\n";
    }

    /** Waits until it was answered so many more times. */
    void awaitRounds(int more) {
        int goal = rounds.get() + more;
        await().atMost(ProxyFixture.PATIENCE).until(() -> rounds.get() >= goal || failure.get() != null);
    }

    /** Ends it; fails if it noticed anything. */
    @Override
    public void close() throws InterruptedException {
        awaitRounds(2);
        stopping = true;
        thread.join();
        Throwable cause = failure.get();
        if (cause != null) {
            throw new AssertionError("the neighbour failed after " + rounds + " rounds: " + cause, cause);
        }
    }
}
