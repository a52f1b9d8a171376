package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.PooledByteBufAllocator;
import io.slotgate.proxy.config.Limits;
import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.plane.PlaneLimits;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values that are streamed through, clients that don't keep up, and clients that leave in the middle. */
@Timeout(240)
class LargeValuesIT {
    private static final int MIB = 1 << 20;

    /** Small bounds, so that it takes little to reach them; everything large is above them. */
    private static final Limits LIMITS = new PlaneLimits().connections(10_000).replayBytes(16 * MIB)
            .requestBytes(16 * MIB).transactions(100_000, 16 * MIB, 64 * MIB).output(MIB / 4, 8 * MIB, 64 * MIB)
            .slowClientTimeout(Duration.ofSeconds(5)).leases(1000, 1000, Duration.ofSeconds(5)).limits();

    @RegisterExtension
    static final ProxyFixture proxy = new ProxyFixture().cluster(cluster -> cluster.shards(3).replicas(0))
            .limits(LIMITS);

    @AfterEach
    void nothingStays() throws IOException {
        proxy.awaitIdle();
        try (Wire client = proxy.connectPlain()) {
            assertThat(client.raw("FLUSHALL")).isEqualTo("+OK\r\n");
        }
    }

    @Test
    void valuesOfManySizesPassThroughTls() throws IOException {
        try (Wire client = proxy.connect()) {
            for (int size : new int[]{0, 1, 16_383, 16_384, 65_535, 65_536, 262_143, 262_144, 262_145, 300_000, MIB,
                5 * MIB + 1}) {
                LargeValue value = new LargeValue(size, size);
                value.set(client, "size:" + size);
                value.get(client, "size:" + size);
            }
        }
    }

    @Test
    void smallCommandsAreAnsweredWhileLargeValuesPass() throws Exception {
        // Given
        LargeValue value = new LargeValue(64 * MIB, 1);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        try (Wire small = proxy.connect(); Wire large = proxy.connect()) {
            assertThat(small.raw("SET", "{large}small", "x")).isEqualTo("+OK\r\n");

            // When
            Thread streaming = Thread.ofPlatform().start(() -> {
                try {
                    value.set(large, "{large}");
                    value.get(large, "{large}");
                } catch (Throwable e) {
                    failure.set(e);
                }
            });
            long answered = 0;
            while (streaming.isAlive()) {
                assertThat(small.raw("GET", "{large}small")).isEqualTo("$1\r\nx\r\n");
                answered++;
            }
            streaming.join();

            // Then
            assertThat(failure.get()).isNull();
            assertThat(answered).isGreaterThan(10);
            assertThat(proxy.metric(Metric.UPLOADS)).isPositive();
            assertThat(proxy.metric(Metric.DOWNLOADS)).isPositive();
        }
    }

    /** The largest value there is, a small part of it in memory at a time. */
    @Test
    void halfAGibibytePasses() throws Exception {
        LargeValue value = new LargeValue(512 * MIB, 2);
        long uploads = proxy.metric(Metric.UPLOADS);
        long downloads = proxy.metric(Metric.DOWNLOADS);
        AtomicLong most = new AtomicLong();
        AtomicBoolean passing = new AtomicBoolean(true);
        Thread watching = Thread.ofPlatform().start(() -> {
            while (passing.get()) {
                most.accumulateAndGet(PooledByteBufAllocator.DEFAULT.pinnedDirectMemory(), Math::max);
                LockSupport.parkNanos(1_000_000);
            }
        });
        try (Wire client = proxy.connect()) {
            value.set(client, "huge");
            value.get(client, "huge");
            assertThat(client.raw("UNLINK", "huge")).isEqualTo(":1\r\n");
        } finally {
            passing.set(false);
            watching.join();
        }
        assertThat(proxy.metric(Metric.UPLOADS)).isGreaterThan(uploads);
        assertThat(proxy.metric(Metric.DOWNLOADS)).isGreaterThan(downloads);
        assertThat(most.get()).as("bytes in buffers").isPositive().isLessThan(64 * MIB);
    }

    @Test
    void largeAndSmallCommandsOfOnePipelineKeepTheirOrder() throws Exception {
        // Given
        int rounds = 20;
        AtomicReference<Throwable> failure = new AtomicReference<>();
        try (Wire client = proxy.connect()) {
            // When: written by another thread, for no client could keep all the replies in its sockets.
            Thread writing = Thread.ofPlatform().start(() -> {
                try {
                    for (int i = 0; i < rounds; i++) {
                        client.send("SET", "{p}small", "before " + i);
                        new LargeValue(MIB + i, i).sendSet(client, "{p}large");
                        client.send("GET", "{p}large");
                        client.send("GET", "{p}small");
                        client.send("SET", "{p}small", "after " + i);
                        client.send("MGET", "{p}small", "other", "{p}large");
                        client.send("STRLEN", "{p}large");
                    }
                } catch (Throwable e) {
                    failure.set(e);
                }
            });

            // Then
            for (int i = 0; i < rounds; i++) {
                LargeValue value = new LargeValue(MIB + i, i);
                assertThat(client.readLine()).isEqualTo("+OK\r\n");
                assertThat(client.readLine()).isEqualTo("+OK\r\n");
                value.readBulk(client);
                assertThat(client.read()).isEqualTo("before " + i);
                assertThat(client.readLine()).isEqualTo("+OK\r\n");
                assertThat(client.readLine()).isEqualTo("*3\r\n");
                assertThat(client.read()).isEqualTo("after " + i);
                assertThat(client.read()).isNull();
                value.readBulk(client);
                assertThat(client.read()).isEqualTo((long) MIB + i);
            }
            writing.join();
            assertThat(failure.get()).isNull();
        }
    }

    @Test
    void severalLargeValuesAreMergedUpToTheLimit() throws IOException {
        try (Wire client = proxy.connect()) {
            for (int i = 0; i < 6; i++) {
                new LargeValue(MIB, i).set(client, "merged" + i);
            }
            client.send("MGET", "merged0", "merged1", "merged2", "merged3", "merged4", "merged5");
            assertThat(client.readLine()).isEqualTo("*6\r\n");
            for (int i = 0; i < 6; i++) {
                new LargeValue(MIB, i).readBulk(client);
            }

            new LargeValue(7 * MIB, 9).set(client, "merged9");
            assertThat(client.raw("MGET", "merged0", "merged1", "merged9"))
                    .startsWith("-ERR the replies to be merged are larger than ");
            assertThat(client.raw("PING")).isEqualTo("+PONG\r\n");
        }
    }

    @Test
    void aClientThatDoesNotReadIsClosedAndOthersGoOn() throws IOException {
        try (Wire other = proxy.connect(); Wire lazy = proxy.connectPlain()) {
            // Given
            new LargeValue(MIB, 3).set(other, "lazy");
            assertThat(other.raw("SET", "{lazy}small", "x")).isEqualTo("+OK\r\n");
            long closedBefore = proxy.metric(Metric.SLOW_CLIENTS);

            // When
            for (int i = 0; i < 100; i++) {
                lazy.send("GET", "lazy");
            }

            // Then
            await().atMost(ProxyFixture.PATIENCE).until(() -> {
                assertThat(other.raw("GET", "{lazy}small")).isEqualTo("$1\r\nx\r\n");
                assertThat(proxy.metric(Metric.OUTPUT_BYTES)).isLessThan(2L * LIMITS.outputBytes());
                return proxy.metric(Metric.SLOW_CLIENTS) > closedBefore;
            });
            assertThat(lazy.readToEnd().length()).as("bytes it got at last").isLessThan(100 * MIB);
        }
    }

    @Test
    void aClientThatStopsReadingWithinALargeValueIsClosedAndOthersGoOn() throws IOException {
        try (Wire other = proxy.connect(); Wire lazy = proxy.connectPlain()) {
            // Given
            new LargeValue(64 * MIB, 4).set(other, "lazy");
            long closedBefore = proxy.metric(Metric.SLOW_CLIENTS);

            // When
            lazy.send("GET", "lazy");
            assertThat(lazy.readLine()).isEqualTo("$" + 64 * MIB + "\r\n");

            // Then
            await().atMost(ProxyFixture.PATIENCE).until(() -> {
                assertThat(other.raw("STRLEN", "lazy")).isEqualTo(":" + 64 * MIB + "\r\n");
                return proxy.metric(Metric.SLOW_CLIENTS) > closedBefore;
            });
            new LargeValue(64 * MIB, 4).get(other, "lazy");
        }
    }

    @Test
    void clientsThatLeaveInTheMiddleLeaveNothingBehind() throws Exception {
        // Given
        Random random = new Random(5);
        byte[] half = new byte[2 * MIB];
        random.nextBytes(half);
        try (Wire other = proxy.connect()) {
            new LargeValue(8 * MIB, 6).set(other, "left");

            // When
            for (int i = 0; i < 60; i++) {
                Wire leaver = random.nextBoolean() ? proxy.connect() : proxy.connectPlain();
                if (random.nextBoolean()) {
                    leaver.write("*3\r\n$3\r\nSET\r\n$6\r\nhalf" + i % 10 + "x\r\n$" + 4 * MIB + "\r\n");
                    leaver.write(half, 0, random.nextInt(half.length));
                } else {
                    leaver.send("GET", "left");
                    leaver.send("GET", "left");
                    leaver.in().readNBytes(random.nextInt(3 * MIB));
                }
                if (random.nextBoolean()) {
                    leaver.abort();
                } else {
                    leaver.close();
                }
                if (i % 10 == 0) {
                    new LargeValue(8 * MIB, 6).get(other, "left");
                }
            }

            // Then
            assertThat(other.call("EXISTS", "half0x", "half1x", "half2x", "half3x", "half4x")).isEqualTo(0L);
            new LargeValue(8 * MIB, 6).get(other, "left");
            new LargeValue(8 * MIB, 7).set(other, "left");
        }
    }

    /** TLS has no half-closed connections here, TCP has. */
    @ParameterizedTest
    @ValueSource(ints = {1000, 300_000, 4 * MIB})
    void aClientThatShutsItsWritingSideDownBehindALargeValueGetsItsAnswer(int size) throws IOException {
        LargeValue value = new LargeValue(size, 8);
        try (Wire client = proxy.connectPlain()) {
            value.sendSet(client, "shut");
            client.send("GET", "shut");
            client.socket().shutdownOutput();

            assertThat(client.readLine()).isEqualTo("+OK\r\n");
            value.readBulk(client);
            assertThat(client.in().read()).isEqualTo(-1);
        }
    }

    @Test
    void streamedCommandsThatFailAreAnsweredWithTheNodesError() throws IOException {
        LargeValue value = new LargeValue(4 * MIB, 10);
        try (Wire client = proxy.connect()) {
            assertThat(client.raw("RPUSH", "list", "a")).isEqualTo(":1\r\n");
            // Of the wrong type; too many arguments behind the value; a value in front of the key's own slot's other key.
            client.write("*3\r\n$6\r\nAPPEND\r\n$4\r\nlist\r\n");
            value.sendBulk(client);
            assertThat(client.readRaw()).startsWith("-WRONGTYPE ");
            client.write("*4\r\n$3\r\nSET\r\n$1\r\na\r\n");
            value.sendBulk(client);
            client.write("$3\r\nFOO\r\n");
            assertThat(client.readRaw()).isEqualTo("-ERR syntax error\r\n");
            client.write("*4\r\n$4\r\nHSET\r\n$1\r\nh\r\n$1\r\nf\r\n");
            value.sendBulk(client);
            assertThat(client.readRaw()).isEqualTo(":1\r\n");
            client.write("*4\r\n$4\r\nECHO\r\n$1\r\nh\r\n$1\r\nf\r\n");
            value.sendBulk(client);
            assertThat(client.readRaw()).isEqualTo("-ERR wrong number of arguments for 'echo' command\r\n");
            client.send("HGET", "h", "f");
            value.readBulk(client);
        }
    }

    /** Commands of several keys can't be streamed, but pass whole. */
    @Test
    void largeValuesInSplitCommandsPass() throws IOException {
        try (Wire client = proxy.connect()) {
            for (int round = 0; round < 5; round++) {
                client.write("*7\r\n$4\r\nMSET\r\n");
                for (int i = 0; i < 3; i++) {
                    client.write("$6\r\nsplit" + i + "\r\n");
                    new LargeValue(2 * MIB + i, i).sendBulk(client);
                }
                assertThat(client.readRaw()).isEqualTo("+OK\r\n");
                for (int i = 0; i < 3; i++) {
                    new LargeValue(2 * MIB + i, i).get(client, "split" + i);
                }
            }
        }
    }

    @Test
    void manyClientsStreamAtATime() throws Exception {
        List<Thread> threads = new java.util.ArrayList<>();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        for (int number = 0; number < 12; number++) {
            int client = number;
            threads.add(Thread.ofPlatform().start(() -> {
                try (Wire wire = client % 2 == 0 ? proxy.connect() : proxy.connectPlain()) {
                    for (int i = 0; i < 5; i++) {
                        LargeValue value = new LargeValue(MIB + client * 1000 + i, client);
                        value.set(wire, "{same}" + client);
                        value.get(wire, "{same}" + client);
                    }
                } catch (Throwable e) {
                    failure.set(e);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failure.get()).isNull();
        try (Wire client = proxy.connect()) {
            assertThat(Objects.requireNonNull(client.call("DBSIZE"))).isEqualTo(12L);
        }
    }
}
