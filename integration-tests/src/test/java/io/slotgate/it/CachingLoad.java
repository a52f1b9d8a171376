package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Clients that keep what they read until they are told that it is invalid, and one that writes all the time. */
final class CachingLoad implements AutoCloseable {
    private final ProxyFixture proxy;
    private final List<String> keys;
    private final List<Cache> caches = new ArrayList<>();
    private final Thread writer;
    private final AtomicLong writes = new AtomicLong();
    private volatile boolean writing = true;
    private volatile boolean over;
    private volatile @Nullable Throwable failure;

    /** A client with its cache. */
    private final class Cache implements AutoCloseable {
        private final Wire wire;
        private final Map<String, String> held = new HashMap<>();
        private final AtomicLong rounds = new AtomicLong();
        private final AtomicLong hits = new AtomicLong();
        private final Random random;
        private final Thread thread;

        Cache(int seed) throws IOException {
            random = new Random(seed);
            wire = proxy.connect();
            wire.call("HELLO", "3");
            assertThat(wire.raw("CLIENT", "TRACKING", "ON")).isEqualTo("+OK\r\n");
            thread = Thread.ofVirtual().start(this::run);
        }

        private void run() {
            try {
                while (!over) {
                    String key = keys.get(random.nextInt(keys.size()));
                    if (held.containsKey(key)) {
                        hits.incrementAndGet();
                        // A client that finds everything in its cache still reads what it is told.
                        ask("PING");
                    } else {
                        held.put(key, String.valueOf(ask("GET", key)));
                    }
                    rounds.incrementAndGet();
                }
            } catch (IOException | RuntimeException e) {
                failure = e;
            }
        }

        private @Nullable Object ask(String... command) throws IOException {
            wire.send(command);
            while (true) {
                String raw = wire.readRaw();
                if (!raw.startsWith(">")) {
                    return Reply.parse(raw);
                }
                if (raw.endsWith("_\r\n")) {
                    held.clear();
                } else {
                    held.keySet().removeIf(key -> raw.contains("\r\n" + key + "\r\n"));
                }
            }
        }

        @Override
        public void close() throws Exception {
            thread.join();
            wire.close();
        }
    }

    CachingLoad(ProxyFixture proxy, List<String> keys, int clients) throws IOException {
        this.proxy = proxy;
        this.keys = keys;
        for (int i = 0; i < clients; i++) {
            caches.add(new Cache(i));
        }
        Wire wire = proxy.connect();
        writer = Thread.ofVirtual().start(() -> write(wire));
    }

    private void write(Wire wire) {
        Random random = new Random(99);
        try (wire) {
            while (writing) {
                wire.raw("SET", keys.get(random.nextInt(keys.size())), "v" + writes.incrementAndGet());
            }
        } catch (IOException | RuntimeException e) {
            failure = e;
        }
    }

    /** Waits until every client has gone so many rounds further. */
    void awaitRounds(long more) {
        for (Cache cache : caches) {
            long from = cache.rounds.get();
            await().atMost(ProxyFixture.PATIENCE).until(() -> failure != null || cache.rounds.get() >= from + more);
        }
        assertThat(failure).isNull();
    }

    /** Reads that a cache could answer. */
    long hits() {
        return caches.stream().mapToLong(cache -> cache.hits.get()).sum();
    }

    /** Ends the writes, waits until all is told, and compares the caches with what is there. */
    void compare() throws Exception {
        awaitRounds(20);
        writing = false;
        writer.join();
        awaitRounds(500);
        over = true;
        try (Wire wire = proxy.connect()) {
            for (Cache cache : caches) {
                cache.thread.join();
                for (String key : keys) {
                    String there = String.valueOf(wire.call("GET", key));
                    // What is on its way still is told before the answer to a question.
                    await().atMost(ProxyFixture.PATIENCE).untilAsserted(() -> {
                        cache.ask("PING");
                        assertThat(cache.held.getOrDefault(key, there)).as(key).isEqualTo(there);
                    });
                }
            }
        }
        assertThat(failure).isNull();
    }

    @Override
    public void close() throws Exception {
        writing = false;
        over = true;
        writer.join();
        for (Cache cache : caches) {
            cache.close();
        }
    }
}
