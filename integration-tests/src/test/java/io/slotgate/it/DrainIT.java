package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.server.ProxyServer;
import io.slotgate.topology.history.HistoryEntry;
import io.slotgate.topology.history.TopologyEvent.DrainBegan;
import io.slotgate.topology.history.TopologyEvent.DrainCancelled;
import io.slotgate.topology.history.TopologyEvent.DrainEnded;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A proxy that stops lets its clients finish what they are in the middle of. */
@Timeout(240)
class DrainIT {
    @RegisterExtension
    static final ProxyFixture proxy = new ProxyFixture().cluster(cluster -> cluster.shards(3).replicas(0));

    private static boolean refuses(ProxyServer server) {
        try (Wire wire = Wire.open(server.plainPort())) {
            return false;
        } catch (IOException refused) {
            return true;
        }
    }

    @Test
    void eachClientIsLetGoWhenItIsDone() throws Exception {
        try (ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor();
                ProxyServer server = proxy.another();
                Wire idle = Wire.open(server.plainPort());
                Wire blocked = Wire.open(server.plainPort());
                Wire queueing = Wire.open(proxy.sockets(), server.clientPort());
                Wire helper = proxy.connectPlain()) {
            assertThat(idle.raw("SET", "a", "1")).isEqualTo("+OK\r\n");
            blocked.send("BLPOP", "list", "0");
            queueing.call("MULTI");
            queueing.call("SET", "b", "2");
            // Else it might be idle when the drain begins.
            await().atMost(ProxyFixture.PATIENCE).until(() -> ProxyFixture.metric(server, Metric.LEASES) == 1);

            Future<?> drained = thread.submit(() -> {
                server.drain(Duration.ofSeconds(60));
                return null;
            });
            assertThat(idle.readToEnd()).isEmpty();
            await().atMost(ProxyFixture.PATIENCE).until(() -> refuses(server));
            assertThat(server.ready()).isFalse();

            helper.call("RPUSH", "list", "x");
            assertThat(blocked.readRaw()).isEqualTo("*2\r\n$4\r\nlist\r\n$1\r\nx\r\n");
            assertThat(blocked.readToEnd()).isEmpty();
            assertThat(drained.isDone()).isFalse();

            assertThat(queueing.raw("EXEC")).isEqualTo("*1\r\n+OK\r\n");
            assertThat(queueing.readToEnd()).isEmpty();
            drained.get();
            assertThat(server.connections()).isZero();
            await().atMost(ProxyFixture.PATIENCE).untilAsserted(
                    () -> assertThat(server.history().since(0)).extracting(HistoryEntry::event)
                            .filteredOn(event -> event instanceof DrainBegan || event instanceof DrainEnded)
                            .containsExactly(new DrainBegan(3), new DrainEnded(0)));
            helper.call("DEL", "a", "b");
        }
    }

    @Test
    void aDrainThatIsCalledOffTakesClientsInAgainAtTheSamePorts() throws Exception {
        try (ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor();
                ProxyServer server = proxy.another();
                Wire idle = Wire.open(server.plainPort());
                Wire queueing = Wire.open(proxy.sockets(), server.clientPort())) {
            int plain = server.plainPort();
            int client = server.clientPort();
            queueing.call("MULTI");
            queueing.call("SET", "b", "2");
            assertThat(idle.raw("GET", "a")).isEqualTo("$-1\r\n");
            Future<?> drain = thread.submit(() -> {
                server.drain(Duration.ofMinutes(2));
                return null;
            });
            assertThat(idle.readToEnd()).isEmpty();
            idle.close();
            await().atMost(ProxyFixture.PATIENCE).until(() -> refuses(server));
            await().atMost(ProxyFixture.PATIENCE).until(() -> server.connections() == 1);
            assertThat(server.stopDraining()).as("while one goes on").isFalse();
            assertThat(refuses(server)).isTrue();

            drain.cancel(true);
            await().atMost(ProxyFixture.PATIENCE).until(server::stopDraining);

            assertThat(server.draining()).isFalse();
            assertThat(server.ready()).isTrue();
            assertThat(server.plainPort()).isEqualTo(plain);
            assertThat(server.clientPort()).isEqualTo(client);
            try (Wire next = Wire.open(plain); Wire secure = Wire.open(proxy.sockets(), client)) {
                assertThat(next.raw("SET", "a", "1")).isEqualTo("+OK\r\n");
                assertThat(secure.raw("DEL", "a")).isEqualTo(":1\r\n");
            }
            assertThat(queueing.raw("EXEC")).isEqualTo("*1\r\n+OK\r\n");
            assertThat(queueing.raw("DEL", "b")).isEqualTo(":1\r\n");
            await().atMost(ProxyFixture.PATIENCE).untilAsserted(
                    () -> assertThat(server.history().since(0)).extracting(HistoryEntry::event)
                            .filteredOn(event -> event instanceof DrainBegan || event instanceof DrainEnded
                                    || event instanceof DrainCancelled)
                            .containsExactly(new DrainBegan(2), new DrainCancelled(1)));
        }
    }

    @Test
    void nobodyIsLetInEvenIfNobodyIsWaitedFor() throws Exception {
        try (ProxyServer server = proxy.another(); Wire staying = Wire.open(server.plainPort())) {
            assertThat(staying.raw("SET", "a", "1")).isEqualTo("+OK\r\n");

            server.drain(Duration.ZERO);

            assertThat(refuses(server)).isTrue();
            assertThat(server.ready()).isFalse();
            assertThat(staying.raw("DEL", "a")).isEqualTo(":1\r\n");
        }
    }

    @Test
    void whoIsNotDoneIsCutAtTheDeadlineAndWhoBlocksIsUnblockedBefore() throws Exception {
        try (ProxyServer server = proxy.another();
                Wire blocked = Wire.open(server.plainPort());
                Wire sending = Wire.open(server.plainPort())) {
            assertThat(blocked.raw("SET", "before", "1")).isEqualTo("+OK\r\n");
            long before = ProxyFixture.metric(server, Metric.CLIENT_BYTES_IN);
            blocked.send("BLPOP", "nothing", "0");
            String begun = "*3\r\n$3\r\nSET\r\n$5\r\nlarge\r\n$10000000\r\nand so on";
            sending.write(begun);
            await().atMost(ProxyFixture.PATIENCE).until(() -> ProxyFixture.metric(server, Metric.LEASES) == 1
                    && ProxyFixture.metric(server, Metric.CLIENT_BYTES_IN) >= before
                            + Wire.command("BLPOP", "nothing", "0").length + begun.length());

            server.drain(Duration.ofSeconds(4));

            assertThat(blocked.readToEnd()).isEmpty();
            assertThat(server.connections()).isEqualTo(1);
            server.close();
            assertThat(sending.readToEnd()).isEmpty();
        }
    }

    @Test
    void clientsOfResp3AreToldNothingGetWhatIsUnderWayAndAreGoneByTheDeadline() throws Exception {
        try (ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor();
                ProxyServer server = proxy.another();
                Wire idle = Wire.open(proxy.sockets(), server.clientPort());
                Wire tracking = Wire.open(server.plainPort());
                Wire subscriber = Wire.open(proxy.sockets(), server.clientPort());
                Wire blocked = Wire.open(server.plainPort());
                Wire stuck = Wire.open(proxy.sockets(), server.clientPort());
                Wire helper = proxy.connectPlain()) {
            for (Wire client : List.of(idle, tracking, subscriber, blocked, stuck)) {
                assertThat(client.raw("HELLO", "3")).startsWith("%");
            }
            assertThat(idle.raw("HSET", "a", "b", "c")).isEqualTo(":1\r\n");
            assertThat(tracking.raw("CLIENT", "TRACKING", "ON")).isEqualTo("+OK\r\n");
            assertThat(tracking.raw("HGETALL", "a")).isEqualTo("%1\r\n$1\r\nb\r\n$1\r\nc\r\n");
            assertThat(subscriber.raw("SUBSCRIBE", "news")).startsWith(">3\r\n");
            blocked.send("BZPOPMIN", "zset", "0");
            stuck.send("BLPOP", "nothing", "0");
            await().atMost(ProxyFixture.PATIENCE).until(() -> ProxyFixture.metric(server, Metric.LEASES) == 2);

            Future<?> drained = thread.submit(() -> {
                server.drain(Duration.ofSeconds(12));
                return null;
            });

            assertThat(idle.readToEnd()).isEmpty();
            assertThat(tracking.readToEnd()).isEmpty();
            assertThat(drained.isDone()).isFalse();
            helper.call("ZADD", "zset", "1.5", "x");
            assertThat(blocked.readRaw()).isEqualTo("*3\r\n$4\r\nzset\r\n$1\r\nx\r\n,1.5\r\n");
            assertThat(blocked.readToEnd()).isEmpty();
            drained.get();
            assertThat(server.connections()).isZero();
            assertThat(subscriber.readToEnd()).isEmpty();
            assertThat(stuck.readToEnd()).isEmpty();
            helper.call("DEL", "a");
        }
    }

    @Test
    void whoListensOrNeverPausesGoesBetweenTwoCommandsWithAllThatRanAnswered() throws Exception {
        try (ProxyServer server = proxy.another();
                Wire subscriber = Wire.open(proxy.sockets(), server.clientPort());
                Wire busy = Wire.open(proxy.sockets(), server.clientPort());
                Wire flooding = Wire.open(proxy.sockets(), server.clientPort());
                Wire helper = proxy.connectPlain()) {
            assertThat(subscriber.raw("SUBSCRIBE", "news")).startsWith("*3\r\n");
            AtomicLong counted = new AtomicLong();
            Thread working = Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        counted.set((Long) Objects.requireNonNull(busy.call("INCR", "busy")));
                    }
                } catch (IOException ended) {
                    assertThat(ended).isInstanceOf(EOFException.class).hasMessage("closed before a reply");
                }
            });
            // Always has commands under way, and does not notice that it should go before nothing more is answered.
            Semaphore room = new Semaphore(2_000);
            Thread sending = Thread.ofVirtual().start(() -> {
                try {
                    byte[] some = "*2\r\n$4\r\nINCR\r\n$5\r\nflood\r\n".repeat(100).getBytes(Wire.BYTES);
                    while (true) {
                        room.acquire(100);
                        flooding.write(some);
                    }
                } catch (IOException | InterruptedException ended) {
                    // It waited for longer than is listened to it.
                }
            });
            long[] answered = new long[1];
            Thread reading = Thread.ofVirtual().start(() -> {
                try {
                    while (flooding.read() instanceof Long count) {
                        answered[0] = count;
                        room.release();
                    }
                } catch (IOException ended) {
                    assertThat(ended).isInstanceOf(EOFException.class).hasMessage("closed before a reply");
                }
            });

            server.drain(Duration.ofSeconds(8));

            assertThat(server.connections()).as("cut at the end").isZero();
            assertThat(subscriber.readToEnd()).isEmpty();
            for (Thread thread : List.of(working, reading)) {
                thread.join();
            }
            sending.interrupt();
            sending.join();
            assertThat(helper.call("GET", "busy")).isEqualTo(Long.toString(counted.get()));
            assertThat(helper.call("GET", "flood")).isEqualTo(Long.toString(answered[0]));
            helper.call("DEL", "busy", "flood");
        }
    }
}
