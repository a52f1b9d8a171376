package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.deploy.dev.LocalNode;
import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.config.Upstream;
import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.plane.SlotTags;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The cluster is patched, resharded, grown, and it crashes, under a mixed load whose whole history is checked: docs/reliability.md
 * has the figures.
 */
@Timeout(600)
class ReliabilityIT {
    private static final int SLOTS = 16_384;

    private static Upstream patient(Upstream upstream) {
        return new Upstream(upstream.seeds(), upstream.user(), upstream.password(), upstream.tls(),
                upstream.connectTimeout(), upstream.reconnectMin(), Duration.ofMillis(200), Duration.ofSeconds(60));
    }

    @Nested
    class PlannedWork {
        @RegisterExtension
        static final ProxyFixture proxy = new ProxyFixture().nodesFail();

        @Test
        void eachShardFailsOver() throws Exception {
            Trials.Event event = load -> {
                for (int shard = 0; shard < 3; shard++) {
                    Trials.failOver(proxy.cluster(), shard * SLOTS / 3 + 1);
                }
            };
            LoadReport report = Trials.through(proxy, "planned failover of each shard", Trials.settings("fo"), event);
            if (Trials.LONG) {
                Trials.compare(proxy, "planned failover of each shard", Trials.settings("lfo"), event);
            }

            Trials.assertUnnoticed(report);
        }

        @Test
        void whatConcernsTheWholeClusterIsDoneWhileEachShardFailsOver() throws Exception {
            try (WholeClusterCommands commands = WholeClusterCommands.start(proxy.connect())) {
                for (int round = 0; round < 2; round++) {
                    for (int shard = 0; shard < 3; shard++) {
                        Trials.failOver(proxy.cluster(), shard * SLOTS / 3 + 1);
                    }
                }
                commands.assertAllWent();
            }
        }

        @Test
        void everyNodeIsRestartedInTurn() throws Exception {
            Trials.Event event = load -> {
                for (LocalNode node : proxy.cluster().nodes()) {
                    if (Trials.isPrimary(node)) {
                        Trials.failOver(proxy.cluster(), slotOf(node));
                    }
                    node.restart();
                    Trials.awaitStable(proxy.cluster());
                }
            };
            LoadReport report = Trials.through(proxy, "rolling restart of all nodes", Trials.settings("rr"), event);
            if (Trials.LONG) {
                Trials.compare(proxy, "rolling restart of all nodes", Trials.settings("lrr"), event);
            }

            Trials.assertUnnoticed(report);
        }

        private static int slotOf(LocalNode primary) throws IOException {
            for (int shard = 0; shard < 3; shard++) {
                if (proxy.cluster().owner(shard * SLOTS / 3 + 1) == primary) {
                    return shard * SLOTS / 3 + 1;
                }
            }
            throw new AssertionError(primary + " owns no slots");
        }

        @Test
        void aReplicaIsKilled() throws Exception {
            LoadReport report = Trials.through(proxy, "kill -9 of a replica", Trials.settings("kr"), load -> {
                LocalNode replica = Trials.replicaOf(proxy.cluster(), proxy.cluster().owner(1));
                replica.kill();
                load.goOn(Duration.ofSeconds(Trials.LONG ? 10 : 2));
                replica.restart();
                Trials.awaitStable(proxy.cluster());
            });

            Trials.assertUnnoticed(report);
            Trials.assertMessagesComplete(report);
        }

        @Test
        void manyClientsComeForAMoment() throws Exception {
            int clients = Trials.LONG ? 5000 : 500;
            AtomicInteger served = new AtomicInteger();
            Queue<String> failed = new ConcurrentLinkedQueue<>();
            LoadReport report = Trials.through(proxy, clients + " short TLS connections", Trials.settings("st"),
                    load -> {
                        AtomicInteger next = new AtomicInteger();
                        List<Thread> threads = new ArrayList<>();
                        for (int i = 0; i < 16; i++) {
                            threads.add(Thread.ofPlatform().start(() -> {
                                for (int n = next.getAndIncrement(); n < clients; n = next.getAndIncrement()) {
                                    try (Wire client = proxy.connect()) {
                                        assertThat(client.raw("SET", "short" + n, "x")).isEqualTo("+OK\r\n");
                                        served.incrementAndGet();
                                    } catch (IOException | AssertionError e) {
                                        failed.add(e.toString());
                                    }
                                }
                            }));
                        }
                        for (Thread thread : threads) {
                            thread.join();
                        }
                    });

            assertThat(failed).isEmpty();
            assertThat(served).hasValue(clients);
            Trials.assertUnnoticed(report);
            Trials.assertMessagesComplete(report);
        }

        @Test
        void aClientReadsTwoHundredMegabytesSlowly() throws Exception {
            String value = "0123456789abcdef".repeat(1 << 16);
            int times = 200;
            LoadReport report = Trials.through(proxy, "a slow reader of 200 MB", Trials.settings("sr"), load -> {
                try (Wire slow = proxy.connect()) {
                    assertThat(slow.raw("SET", "large", value)).isEqualTo("+OK\r\n");
                    byte[] expected = ("$" + value.length() + "\r\n" + value + "\r\n").getBytes(Wire.BYTES);
                    // The first read of a value that is not known to be large takes the way of the small ones.
                    slow.send("GET", "large");
                    assertThat(slow.in().readNBytes(expected.length)).isEqualTo(expected);
                    for (int i = 0; i < times; i++) {
                        slow.send("GET", "large");
                    }
                    for (int i = 0; i < times; i++) {
                        byte[] reply = slow.in().readNBytes(expected.length);
                        assertThat(Arrays.equals(reply, expected)).as("reply %d", i).isTrue();
                        LockSupport.parkNanos(Trials.LONG ? 50_000_000 : 10_000_000);
                    }
                }
            });

            Trials.assertUnnoticed(report);
            Trials.assertMessagesComplete(report);
        }
    }

    @Nested
    class Crashes {
        private static final String KEY_OF_SLOT_0 = "06S";

        @RegisterExtension
        static final ProxyFixture proxy = new ProxyFixture().upstream(ReliabilityIT::patient).nodesFail();

        @Test
        void aPrimaryIsKilled() throws Exception {
            LocalNode[] killed = new LocalNode[1];
            long[] tookOver = new long[1];
            Trials.Event event = load -> {
                killed[0] = proxy.cluster().owner(1);
                LocalNode replica = Trials.replicaOf(proxy.cluster(), killed[0]);
                long begun = System.nanoTime();
                killed[0].kill();
                Trials.awaitWrite(replica, KEY_OF_SLOT_0);
                tookOver[0] = System.nanoTime() - begun;
                load.awaitRequests(2000);
            };
            for (int round = 0; round < (Trials.LONG ? 3 : 1); round++) {
                LoadReport report = Trials.through(proxy, "kill -9 of a primary", Trials.settings("kp" + round), event);
                Trials.noteTakeOver("kill -9 of a primary", tookOver[0], report);
                killed[0].restart();
                Trials.awaitStable(proxy.cluster());
                Trials.assertNoMoreThanInFlight(report);
            }
            if (Trials.LONG) {
                Trials.direct(proxy.cluster(), "kill -9 of a primary", Trials.settings("lkp"), event);
                killed[0].restart();
                Trials.awaitStable(proxy.cluster());
            }
        }

        @Test
        void aPrimaryIsStoppedForAWhile() throws Exception {
            Trials.Event event = load -> {
                LocalNode primary = proxy.cluster().owner(SLOTS - 1);
                long stopped = System.nanoTime();
                primary.pause();
                try {
                    // Who asks the stopped one itself who owns the slot waits long.
                    LocalNode replica = Trials.ownerBesides(proxy.cluster(), primary, SLOTS - 1);
                    assertThat(replica).isNotEqualTo(primary);
                    load.awaitRequests(2000);
                    while (Trials.LONG && System.nanoTime() - stopped < Duration.ofSeconds(10).toNanos()) {
                        load.awaitRequests(1);
                    }
                } finally {
                    primary.resume();
                }
                Trials.awaitStable(proxy.cluster());
            };
            LoadReport report = Trials.through(proxy, "SIGSTOP of a primary", Trials.settings("sp"), event);
            if (Trials.LONG) {
                Trials.direct(proxy.cluster(), "SIGSTOP of a primary", Trials.settings("lsp"), event);
            }

            Trials.assertNoMoreThanInFlight(report);
        }
    }

    @Nested
    class BadNetwork {
        @RegisterExtension
        static final ProxyFixture proxy = new ProxyFixture()
                .cluster(cluster -> cluster.shards(3).replicas(0).option("busy-reply-threshold", "1000"))
                .upstream(ReliabilityIT::patient).throughRelays().nodesFail();

        /** It leaves the command unanswered for longer than a node that hangs may, but it answers probes: that it is busy. */
        @Test
        void aNodeThatRunsALongScriptIsNotTakenForDead() throws Exception {
            long failures = proxy.metric(Metric.UPSTREAM_FAILURES);
            long hung = proxy.metric(Metric.UPSTREAM_HUNG);
            try (Wire client = proxy.connect()) {
                assertThat(
                        client.call("EVAL", "local t=os.clock() while os.clock()-t<7.5 do end return 'done'", "1", "k"))
                        .isEqualTo("done");
            }
            assertThat(proxy.metric(Metric.UPSTREAM_HUNG)).isEqualTo(hung);
            assertThat(proxy.metric(Metric.UPSTREAM_FAILURES)).isEqualTo(failures);
        }

        /** The cluster sees nothing of it. What was swallowed comes out in the end, when nobody waits for it any more. */
        @Test
        void theWayToANodeSwallowsEverything() throws Exception {
            LoadReport report = Trials.through(proxy, "black hole before a primary", Trials.settings("bh"), load -> {
                long uncertain = proxy.metric(Metric.UNCERTAIN);
                proxy.relay(0).pause();
                try {
                    await().atMost(ProxyFixture.PATIENCE).until(() -> proxy.metric(Metric.UNCERTAIN) > uncertain);
                    load.goOn(Duration.ofSeconds(Trials.LONG ? 10 : 1));
                } finally {
                    proxy.relay(0).resume();
                }
                load.awaitRequests(2000);
            });

            Trials.assertHonest(report);
        }

        @Test
        void connectionsAreReset() throws Exception {
            Random random = new Random(17);
            LoadReport report = Trials.through(proxy, "connections to nodes reset", Trials.settings("rs"), load -> {
                for (int i = 0; i < (Trials.LONG ? 200 : 30); i++) {
                    proxy.relay(random.nextInt(3)).cut();
                    load.awaitRequests(50 + random.nextInt(200));
                }
            });

            Trials.assertHonest(report);
        }
    }

    @Nested
    class Resharding {
        private static final int SHARDS = 3;

        @RegisterExtension
        static final ProxyFixture proxy = new ProxyFixture().cluster(cluster -> cluster.shards(SHARDS).replicas(0))
                .nodesFail();

        @Test
        void slotsFullOfKeysMoveToAndFro() throws Exception {
            int slots = Trials.LONG ? 500 : 100;
            List<String> tags = tags(slots, SLOTS / SHARDS / slots, 0);
            String name = slots + " slots full of keys to and fro";
            Trials.Event event = load -> {
                try (SlotMover mover = new SlotMover(proxy.cluster(), SHARDS)) {
                    for (int i = 0; i < slots; i++) {
                        mover.move(SlotHash.slot(tags.get(i)), 0, 1 + i % 2);
                    }
                    for (int i = 0; i < slots; i++) {
                        mover.move(SlotHash.slot(tags.get(i)), 1 + i % 2, 0);
                    }
                }
            };
            fill(tags);
            LoadReport report = Trials.through(proxy, name, MixedLoad.Settings.on(tags), event);
            if (Trials.LONG) {
                Trials.compare(proxy, name, MixedLoad.Settings.on(tags), () -> fill(tags), event);
            }

            // Commands of a pipeline that meets a slot going and coming back may change places: docs/design.md, Order.
            assertThat(report.errors()).isEmpty();
            assertThat(report.violations()).isEmpty();
            assertThat(proxy.metric(Metric.MOVED)).isPositive();
        }

        @Test
        void aShardComesAndGoes() throws Exception {
            int slots = Trials.LONG ? 1000 : 60;
            List<String> tags = tags(slots, SLOTS / slots, 7);
            String name = "a shard added, rebalanced, drained, removed";
            Trials.Event event = load -> {
                LocalNode added = proxy.cluster().addNode(null);
                Trials.awaitKnown(proxy.cluster(), added);
                List<Integer> from = new ArrayList<>();
                for (String tag : tags) {
                    from.add(proxy.cluster().nodes().indexOf(proxy.cluster().owner(SlotHash.slot(tag))));
                }
                try (SlotMover mover = new SlotMover(proxy.cluster(), SHARDS + 1)) {
                    for (int i = 0; i < slots; i++) {
                        mover.move(SlotHash.slot(tags.get(i)), from.get(i), SHARDS);
                    }
                    load.awaitRequests(1000);
                    for (int i = 0; i < slots; i++) {
                        mover.move(SlotHash.slot(tags.get(i)), SHARDS, from.get(i));
                    }
                }
                load.awaitRequests(1000);
                proxy.cluster().removeNode(added);
                load.awaitRequests(1000);
            };
            fill(tags);
            LoadReport report = Trials.through(proxy, name, MixedLoad.Settings.on(tags), event);
            if (Trials.LONG) {
                Trials.compare(proxy, name, MixedLoad.Settings.on(tags), () -> fill(tags), event);
            }

            assertThat(report.errors()).isEmpty();
            assertThat(report.violations()).isEmpty();
        }

        @Test
        void whatConcernsTheWholeClusterIsDoneWhileAShardComesAndGoes() throws Exception {
            try (WholeClusterCommands commands = WholeClusterCommands.start(proxy.connect())) {
                LocalNode added = proxy.cluster().addNode(null);
                Trials.awaitKnown(proxy.cluster(), added);
                try (SlotMover mover = new SlotMover(proxy.cluster(), SHARDS + 1)) {
                    for (int slot = 0; slot < 40; slot++) {
                        mover.move(slot, 0, SHARDS);
                    }
                    for (int slot = 0; slot < 40; slot++) {
                        mover.move(slot, SHARDS, 0);
                    }
                }
                proxy.cluster().removeNode(added);
                commands.assertAllWent();
            }
        }

        /** A hash tag for each of so many slots, from {@code first} on, each {@code step} slots from the last. */
        private static List<String> tags(int slots, int step, int first) {
            List<String> tags = new ArrayList<>();
            for (int i = 0; i < slots; i++) {
                tags.add(SlotTags.of(first + i * step));
            }
            return tags;
        }

        private static void fill(List<String> tags) throws IOException {
            try (Wire client = proxy.connectPlain()) {
                for (String tag : tags) {
                    client.send("MSET", "{" + tag + "}a", "1", "{" + tag + "}b", "2", "{" + tag + "}c", "3");
                }
                for (int i = 0; i < tags.size(); i++) {
                    assertThat(client.read()).isEqualTo("OK");
                }
            }
        }
    }
}
