package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.deploy.dev.DevCertificates;
import io.slotgate.deploy.dev.LocalCluster;
import io.slotgate.deploy.dev.LocalNode;
import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.config.Auth;
import io.slotgate.proxy.config.Limits;
import io.slotgate.proxy.config.Secret;
import io.slotgate.proxy.config.TopologySettings;
import io.slotgate.proxy.config.Upstream;
import io.slotgate.proxy.config.UpstreamTls;
import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.server.ProxyServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Nodes and connections fail: reads are answered, writes too or said to be uncertain, and no reply is another's. */
@Timeout(180)
class FaultsIT {
    /** A proxy that waits for a failover longer than any takes. */
    private static Upstream patient(Upstream upstream, Duration patience) {
        return new Upstream(upstream.seeds(), upstream.user(), upstream.password(), upstream.tls(),
                upstream.connectTimeout(), upstream.reconnectMin(), Duration.ofMillis(200), patience);
    }

    /** Keys that between them are on every node. */
    private static final List<String> KEYS = List.of("k1", "k2", "k3", "k4", "k5", "k6", "k7", "k8", "k9");

    @Nested
    class BadConnections {
        @RegisterExtension
        static final ProxyFixture proxy = new ProxyFixture().cluster(cluster -> cluster.shards(3).replicas(0))
                .upstream(upstream -> patient(upstream, Duration.ofSeconds(60))).throughRelays()
                .nodesFail();

        @Test
        void cutConnectionsCostAtMostWritesInFlightAndThoseAreToldHonestly() throws Exception {
            // Given
            Random random = new Random(31);
            List<FaultyLoad> loads = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                loads.add(new FaultyLoad(proxy, i).start());
            }

            // When
            for (int i = 0; i < 40; i++) {
                proxy.relay(random.nextInt(3)).cut();
                loads.get(random.nextInt(loads.size())).awaitRounds(1 + random.nextInt(3));
            }

            // Then
            for (FaultyLoad load : loads) {
                load.awaitRounds(2);
                load.finish();
            }
            assertThat(loads.stream().mapToLong(FaultyLoad::uncertain).sum())
                    .isEqualTo(proxy.metric(Metric.UNCERTAIN));
            assertThat(proxy.metric(Metric.UPSTREAM_FAILURES)).isPositive();
        }

        @Test
        void aNodeThatDoesNotAnswerHoldsNobodyElseUp() throws Exception {
            try (Wire client = proxy.connect(); Wire waiting = proxy.connect()) {
                for (String key : KEYS) {
                    assertThat(client.raw("SET", key, "of " + key)).isEqualTo("+OK\r\n");
                }
                String stuck = keyOf(0);
                String other = keyOf(1);
                // When
                proxy.relay(0).pause();
                waiting.send("GET", stuck);
                waiting.send("GET", other);
                for (int i = 0; i < 200; i++) {
                    assertThat(client.call("GET", other)).isEqualTo("of " + other);
                }
                assertThat(waiting.in().available()).as("the second reply must not overtake the first").isZero();
                proxy.relay(0).resume();
                // Then
                assertThat(waiting.read()).isEqualTo("of " + stuck);
                assertThat(waiting.read()).isEqualTo("of " + other);
            }
        }

        @Test
        void aNodeThatAnswersNonsenseIsCutOffUntilItMakesSenseAgain() throws Exception {
            try (Wire client = proxy.connect(); Wire other = proxy.connect()) {
                // Given
                for (String key : KEYS) {
                    assertThat(client.raw("SET", key, "of " + key)).isEqualTo("+OK\r\n");
                }
                String bad = keyOf(2);
                // When
                proxy.relay(2).nonsense(true);
                client.send("SET", bad, "changed");
                client.send("GET", bad);
                client.send(mgetAll());
                // Then
                assertThat(client.readRaw()).startsWith("-UNCERTAIN ");
                for (int i = 0; i < 100; i++) {
                    assertThat(other.call("GET", keyOf(1))).isEqualTo("of " + keyOf(1));
                }
                proxy.relay(2).nonsense(false);
                assertThat(client.read()).as("a read is sent again").isIn("changed", "of " + bad);
                List<?> all = (List<?>) Objects.requireNonNull(client.read());
                assertThat(all).hasSize(KEYS.size());
                for (int i = 0; i < KEYS.size(); i++) {
                    String key = KEYS.get(i);
                    assertThat(all.get(i)).isIn("of " + key, key.equals(bad) ? "changed" : "of " + key);
                }
                assertThat(other.call("SET", bad, "again")).isEqualTo("OK");
                assertThat(other.call("GET", bad)).isEqualTo("again");
            } finally {
                proxy.relay(2).nonsense(false);
            }
        }

        private String keyOf(int node) throws IOException {
            for (String key : KEYS) {
                if (proxy.cluster().nodes().indexOf(owner(key)) == node) {
                    return key;
                }
            }
            throw new AssertionError("no key of node " + node);
        }

        /** By its first slot: the nodes announce other ports than they have. */
        private LocalNode owner(String key) {
            int slot = SlotHash.slot(key);
            return proxy.cluster().node(Math.min(2, slot * 3 / 16_384));
        }
    }

    @Nested
    class BadNodes {
        @RegisterExtension
        static final ProxyFixture proxy = new ProxyFixture()
                .upstream(upstream -> patient(upstream, Duration.ofSeconds(60)))
                .nodesFail();

        @Test
        void aReplicaThatDiesIsNotNoticed() throws Exception {
            try (Neighbour neighbour = new Neighbour(proxy)) {
                neighbour.awaitRounds(10);
                LocalNode replica = replica();
                replica.kill();
                neighbour.awaitRounds(200);
                replica.restart();
                proxy.cluster().awaitStable(ProxyFixture.PATIENCE);
                neighbour.awaitRounds(10);
            }
        }

        private static LocalNode replica() throws IOException {
            for (LocalNode node : proxy.cluster().nodes()) {
                if (node.text("INFO", "replication").contains("role:slave")) {
                    return node;
                }
            }
            throw new AssertionError("no replica");
        }

        /** It keeps its connections, and goes on where it was: what it says then about commands sent before is worth nothing. */
        @Test
        void whatAPrimaryThatHungSaysAfterItWasReplacedIsNotTaken() throws Exception {
            try (Wire client = proxy.connect()) {
                // Given
                String key = KEYS.getFirst();
                assertThat(client.raw("SET", key, "1")).isEqualTo("+OK\r\n");
                LocalNode primary = proxy.cluster().owner(SlotHash.slot(key));
                assertThat(primary.call("WAIT", "1", "5000")).isEqualTo(1L);

                // When
                primary.pause();
                try {
                    client.send("INCR", key);
                    client.send("GET", key);

                    // Then: answered before it goes on
                    assertThat(client.readRaw()).startsWith("-UNCERTAIN ");
                    assertThat(client.read()).isEqualTo("1");
                    assertThat(client.call("INCR", key)).isEqualTo(2L);
                } finally {
                    primary.resume();
                }
                proxy.cluster().awaitStable(ProxyFixture.PATIENCE);
                assertThat(client.call("INCR", key)).isEqualTo(3L);
            }
        }

        @Test
        void afterThePrimaryDiedItsReplicaServes() throws Exception {
            // Given
            LocalNode primary = proxy.cluster().owner(0);
            String id = primary.id();
            List<FaultyLoad> loads = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                loads.add(new FaultyLoad(proxy, 10 + i).start());
            }
            for (FaultyLoad load : loads) {
                load.awaitRounds(5);
            }

            // When
            primary.kill();

            // Then
            for (FaultyLoad load : loads) {
                load.awaitRounds(20);
            }
            assertThat(proxy.cluster().owner(0).id()).isNotEqualTo(id);
            for (FaultyLoad load : loads) {
                load.finish();
            }
            assertThat(proxy.metric(Metric.PARKED_EXPIRED)).isZero();
            primary.restart();
            proxy.cluster().awaitStable(ProxyFixture.PATIENCE);
        }
    }

    @Nested
    class NoOwner {
        private static final Duration PATIENCE = Duration.ofMillis(1500);

        @RegisterExtension
        static final ProxyFixture proxy = new ProxyFixture()
                .cluster(cluster -> cluster.shards(3).replicas(0).option("cluster-require-full-coverage", "no"))
                .upstream(upstream -> patient(upstream, PATIENCE)).nodesFail();

        @Test
        void slotsWithoutANodeAreToldToBeDownWhenThePatienceIsOverAndNoSooner() throws Exception {
            try (Wire client = proxy.connect(); Wire other = proxy.connect()) {
                // Given
                for (String key : KEYS) {
                    assertThat(client.raw("SET", key, "x")).isEqualTo("+OK\r\n");
                }
                LocalNode node = proxy.cluster().owner(SlotHash.slot("k1"));
                String here = KEYS.stream().filter(key -> !ownedBy(key, node)).findFirst().orElseThrow();
                node.kill();
                await().atMost(ProxyFixture.PATIENCE).until(() -> proxy.metric(Metric.UPSTREAM_FAILURES) > 0);

                // When
                long sent = System.nanoTime();
                client.send("GET", "k1");
                client.send("SET", "k1", "y");
                client.send(mgetAll());
                client.send("GET", here);
                for (int i = 0; i < 50; i++) {
                    assertThat(other.call("GET", here)).isEqualTo("x");
                }

                // Then
                assertThat(client.readRaw()).startsWith("-CLUSTERDOWN ");
                assertThat(System.nanoTime() - sent).isGreaterThanOrEqualTo(PATIENCE.toNanos());
                assertThat(client.readRaw()).startsWith("-CLUSTERDOWN ");
                assertThat(client.readRaw()).startsWith("-CLUSTERDOWN ");
                assertThat(client.read()).isEqualTo("x");

                // And when it is back, without its data
                node.restart();
                await().atMost(ProxyFixture.PATIENCE).untilAsserted(
                        () -> assertThat(client.raw("SET", "k1", "z")).isEqualTo("+OK\r\n"));
            }
        }

        private boolean ownedBy(String key, LocalNode node) {
            try {
                return proxy.cluster().owner(SlotHash.slot(key)) == node;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    void aProxyThatIsThereBeforeItsClusterWaitsForIt(@TempDir Path folder) throws Exception {
        DevCertificates certificates = DevCertificates.in(folder);
        try (Relay seed = new Relay(null)) {
            CompletableFuture<ProxyServer> starting = CompletableFuture.supplyAsync(() -> {
                try {
                    return ProxyServer.start(ProxyFixture.config(certificates, Upstream.to(List.of(seed.address())),
                            TopologySettings.defaults(), Limits.defaults(), Auth.open()));
                } catch (IOException | InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            try (LocalCluster cluster = LocalCluster.builder(folder).shards(2).replicas(0).start()) {
                assertThat(starting).isNotDone();
                seed.lead(cluster.node(1).address());
                try (ProxyServer server = starting.get(30, TimeUnit.SECONDS);
                        Wire client = Wire.open(Certificates.trusting(certificates.ca()), server.clientPort())) {
                    assertThat(server.ready()).isTrue();
                    assertThat(client.raw("MSET", "a", "1", "b", "2", "c", "3")).isEqualTo("+OK\r\n");
                }
            }
        }
    }

    @Nested
    class PasswordUpstream {
        @RegisterExtension
        static final ProxyFixture proxy = new ProxyFixture()
                .cluster(cluster -> cluster.shards(2).replicas(1).password("hidden"))
                .upstream(to -> new Upstream(to.seeds(), null, Secret.of("hidden"), null, to.connectTimeout(),
                        to.reconnectMin(), to.reconnectMax(), to.failoverPatience()));

        @Test
        void clientsNeedNotKnowIt() throws IOException {
            bothProtocolsWork(proxy);
        }
    }

    @Nested
    class UserUpstream {
        @RegisterExtension
        static final ProxyFixture proxy = new ProxyFixture()
                .cluster(cluster -> cluster.shards(2).replicas(0).option("aclfile", aclFile().toString()))
                .upstream(to -> new Upstream(to.seeds(), "slotgate", Secret.of("hidden"), null, to.connectTimeout(),
                        to.reconnectMin(), to.reconnectMax(), to.failoverPatience()));

        @Test
        void commandsRunAsThatUser() throws IOException {
            bothProtocolsWork(proxy);
            assertThat(proxy.cluster().node(0).text("CLIENT", "LIST")).contains("user=slotgate");
        }

        private static Path aclFile() {
            try {
                Path file = Files.createTempFile("slotgate-it", ".acl");
                file.toFile().deleteOnExit();
                return Files.writeString(file,
                        "user default on nopass ~* &* +@all\nuser slotgate on >hidden ~* &* +@all\n");
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Nested
    class TlsUpstream {
        @TempDir
        static Path folder;

        @RegisterExtension
        static final ProxyFixture proxy = new ProxyFixture()
                .cluster(cluster -> cluster.shards(2).replicas(1).tls(certificates()))
                .upstream(to -> new Upstream(to.seeds(), null, null,
                        new UpstreamTls(certificates().ca(), null, null, true), to.connectTimeout(),
                        to.reconnectMin(), to.reconnectMax(), to.failoverPatience()));

        private static DevCertificates certificates() {
            try {
                return DevCertificates.in(folder);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        @Test
        void commandsPassOverTlsOnBothSides() throws IOException {
            bothProtocolsWork(proxy);
            LargeValue value = new LargeValue(3 << 20, 1);
            try (Wire client = proxy.connect()) {
                value.set(client, "large");
                value.get(client, "large");
            }
        }
    }

    private static String[] mgetAll() {
        List<String> command = new ArrayList<>(List.of("MGET"));
        command.addAll(KEYS);
        return command.toArray(String[]::new);
    }

    private static void bothProtocolsWork(ProxyFixture proxy) throws IOException {
        for (String protocol : List.of("2", "3")) {
            try (Wire client = proxy.connect()) {
                client.call("HELLO", protocol);
                for (String key : KEYS) {
                    assertThat(client.raw("SET", key, protocol)).isEqualTo("+OK\r\n");
                }
                assertThat(client.call("EXISTS", "k1", "k2", "k3", "k4")).isEqualTo(4L);
            }
        }
    }
}
