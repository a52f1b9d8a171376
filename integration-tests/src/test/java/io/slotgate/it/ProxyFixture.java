package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.PooledByteBufAllocator;
import io.slotgate.deploy.dev.DevCertificates;
import io.slotgate.deploy.dev.LocalCluster;
import io.slotgate.deploy.dev.LocalClusterBuilder;
import io.slotgate.deploy.dev.LocalNode;
import io.slotgate.proxy.config.Admin;
import io.slotgate.proxy.config.AllowedCommands;
import io.slotgate.proxy.config.Auth;
import io.slotgate.proxy.config.Endpoint;
import io.slotgate.proxy.config.FleetConfig;
import io.slotgate.proxy.config.Limits;
import io.slotgate.proxy.config.Listen;
import io.slotgate.proxy.config.Reads;
import io.slotgate.proxy.config.SlotgateConfig;
import io.slotgate.proxy.config.Tls;
import io.slotgate.proxy.config.TopologySettings;
import io.slotgate.proxy.config.Transport;
import io.slotgate.proxy.config.Upstream;
import io.slotgate.proxy.config.User;
import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.server.ProxyServer;
import io.slotgate.topology.model.HostPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A cluster of real servers and the real proxy in front of it, in this JVM, for one test class:
 *
 * <pre>
 *   {@literal @}RegisterExtension
 *   static final ProxyFixture proxy = new ProxyFixture().cluster(cluster -> cluster.shards(3).replicas(0));
 * </pre>
 *
 * After the class it checks what holds whatever the tests did: no session, command or byte of a command stays behind, all
 * buffers are back, and nothing was logged that an operator would have to look at.
 */
final class ProxyFixture implements BeforeAllCallback, AfterAllCallback {
    static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Endpoint ANY_PORT = new Endpoint("127.0.0.1", 0);

    private UnaryOperator<LocalClusterBuilder> clusterSettings = UnaryOperator.identity();
    private UnaryOperator<Upstream> upstreamSettings = UnaryOperator.identity();
    private Limits limits = Limits.defaults();
    private Auth auth = Auth.open();
    private @Nullable String zone;
    private Reads reads = Reads.defaults();
    private AllowedCommands allowed = AllowedCommands.none();
    private boolean clusterEnabled = true;
    private @Nullable String warning;
    private boolean relayed;
    private boolean nodesFail;
    private @Nullable Running running;

    /** Everything that runs. */
    private record Running(Path folder, DevCertificates certificates, LocalCluster cluster, ProxyServer server,
            SSLSocketFactory sockets, LogWatch log, long pinnedBefore, List<Relay> relays) {}

    /** Of three shards with a replica each, if nothing is said. */
    ProxyFixture cluster(UnaryOperator<LocalClusterBuilder> settings) {
        this.clusterSettings = settings;
        return this;
    }

    ProxyFixture upstream(UnaryOperator<Upstream> settings) {
        this.upstreamSettings = settings;
        return this;
    }

    ProxyFixture limits(Limits limits) {
        this.limits = limits;
        return this;
    }

    /** Where the proxy is, and what it reads from replicas. */
    ProxyFixture reads(String zone, Reads reads) {
        this.zone = zone;
        this.reads = reads;
        return this;
    }

    ProxyFixture users(User... users) {
        this.auth = new Auth(List.of(users));
        return this;
    }

    ProxyFixture auth(Auth settings) {
        this.auth = settings;
        return this;
    }

    /** What clients may do that is refused otherwise. */
    ProxyFixture allow(AllowedCommands commands) {
        this.allowed = commands;
        return this;
    }

    /** Clients are told that there is no cluster ({@code facade.cluster-enabled: false}). */
    ProxyFixture asOneServer() {
        this.clusterEnabled = false;
        return this;
    }

    /** Every node announces a relay in its place, which the proxy therefore takes for the node. */
    ProxyFixture throughRelays() {
        this.relayed = true;
        return this;
    }

    /** Something happens that is worth a warning, of which this is a part. */
    ProxyFixture mayWarn(String part) {
        this.warning = part;
        return this;
    }

    /** Nodes are made to fail, and that may be logged. Otherwise they have all the time that a busy machine takes. */
    ProxyFixture nodesFail() {
        this.nodesFail = true;
        return this;
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException, InterruptedException {
        LogWatch log = new LogWatch();
        long pinned = PooledByteBufAllocator.DEFAULT.pinnedDirectMemory();
        Path folder = Files.createTempDirectory("slotgate-it");
        DevCertificates certificates = DevCertificates.in(folder);
        LocalCluster cluster = clusterSettings.apply(LocalCluster.builder(folder)).start();
        try {
            List<Relay> relays = relayed ? relays(cluster) : List.of();
            if (!nodesFail) {
                beForbearing(cluster);
            }
            List<HostPort> seeds = relayed ? relays.stream().map(Relay::address).toList() : cluster.seeds();
            Upstream upstream = capped(upstreamSettings.apply(Upstream.to(seeds)));
            ProxyServer server = ProxyServer
                    .start(config(certificates, upstream, topology(), limits, auth, zone, reads, allowed,
                            clusterEnabled));
            running = new Running(folder, certificates, cluster, server, Certificates.trusting(certificates.ca()), log,
                    pinned, relays);
        } catch (IOException | InterruptedException | RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    /** With {@code -Dit.channels-per-node=1} all tests go by connections that workers share. */
    private static Upstream capped(Upstream upstream) {
        return upstream.withChannelsPerNode(Integer.getInteger("it.channels-per-node", upstream.channelsPerNode()));
    }

    private static List<Relay> relays(LocalCluster cluster) throws IOException {
        List<Relay> relays = new ArrayList<>();
        for (LocalNode node : cluster.nodes()) {
            Relay relay = new Relay(node.address());
            relays.add(relay);
            node.call("CONFIG", "SET", "cluster-announce-port", Integer.toString(relay.address().port()));
        }
        for (LocalNode node : cluster.nodes()) {
            await().atMost(PATIENCE).until(() -> {
                String nodes = node.text("CLUSTER", "NODES");
                return relays.stream().allMatch(relay -> nodes.contains(relay.address() + "@"));
            });
        }
        return relays;
    }

    /** Nodes give each other all the time that a busy machine takes, too: else one that gets no turn is taken for failed. */
    private static void beForbearing(LocalCluster cluster) throws IOException {
        for (LocalNode node : cluster.nodes()) {
            node.call("CONFIG", "SET", "cluster-node-timeout", Long.toString(PATIENCE.toMillis()));
        }
    }

    private TopologySettings topology() {
        TopologySettings usual = TopologySettings.defaults();
        return nodesFail
                ? usual
                : new TopologySettings(usual.refreshInterval(), usual.minRefreshGap(), usual.probedNodes(), PATIENCE);
    }

    /** A proxy of two workers on any free ports. */
    static SlotgateConfig config(DevCertificates certificates, Upstream upstream, TopologySettings topology,
            Limits limits, Auth auth) {
        return config(certificates, upstream, topology, limits, auth, null, Reads.defaults(), AllowedCommands.none(),
                true);
    }

    private static SlotgateConfig config(DevCertificates certificates, Upstream upstream, TopologySettings topology,
            Limits limits, Auth auth, @Nullable String zone, Reads reads, AllowedCommands allowed,
            boolean clusterEnabled) {
        Tls tls = Tls.of(certificates.certificate(), certificates.key());
        Listen listen = new Listen(ANY_PORT, ANY_PORT, ANY_PORT, null, tls, 4096);
        return new SlotgateConfig(listen, upstream, topology, 2, Transport.AUTO, auth, limits,
                new Admin(false, ANY_PORT), zone, FleetConfig.alone("slotgate"), clusterEnabled, reads,
                Duration.ofSeconds(10),
                null, allowed);
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        Running ended = running();
        running = null;
        try (LogWatch log = ended.log(); LocalCluster cluster = ended.cluster()) {
            try (ProxyServer server = ended.server()) {
                awaitIdle(server);
            }
            for (Relay relay : ended.relays()) {
                relay.close();
            }
            assertThat(log.take()).as("logged")
                    .allMatch(line -> (warning != null && line.contains(warning))
                            || (nodesFail && (line.contains("Node does not answer")
                                    || line.contains("Node answers neither commands nor a probe")
                                    || (Trials.LONG && line.contains(" io.lettuce.")))));
            assertThat(PooledByteBufAllocator.DEFAULT.pinnedDirectMemory()).as("bytes in buffers").isEqualTo(
                    ended.pinnedBefore());
        } finally {
            delete(ended.folder());
        }
    }

    private Running running() {
        Running current = running;
        if (current == null) {
            throw new IllegalStateException("the fixture was not started: register it as a static field");
        }
        return current;
    }

    /** A further proxy of the same cluster, for who ends one; the caller's to close. */
    ProxyServer another() throws IOException, InterruptedException {
        return ProxyServer.start(config(certificates(), Upstream.to(cluster().seeds()), topology(), limits, auth));
    }

    LocalCluster cluster() {
        return running().cluster();
    }

    /** The relay in the place of a node, by the node's number. */
    Relay relay(int node) {
        return running().relays().get(node);
    }

    ProxyServer server() {
        return running().server();
    }

    LogWatch log() {
        return running().log();
    }

    DevCertificates certificates() {
        return running().certificates();
    }

    SSLSocketFactory sockets() {
        return running().sockets();
    }

    Path folder() {
        return running().folder();
    }

    /** A connection over TLS. */
    Wire connect() throws IOException {
        return Wire.open(sockets(), server().clientPort());
    }

    /** A connection to the listener for replica reads. */
    Wire connectForReads() throws IOException {
        return Wire.open(sockets(), server().readPort());
    }

    /** A connection without TLS. */
    Wire connectPlain() throws IOException {
        return Wire.open(server().plainPort());
    }

    Clients clients() {
        return new Clients(server().clientPort(), sockets(), certificates().ca());
    }

    /** A figure, added up over the workers. */
    long metric(Metric metric) {
        return metric(server(), metric);
    }

    /** The same of any proxy. */
    static long metric(ProxyServer server, Metric metric) {
        return figures(server).stream().mapToLong(worker -> worker.getOrDefault(metric, 0L)).sum();
    }

    /** Waits until no client is there and nothing is under way. */
    void awaitIdle() {
        awaitIdle(server());
    }

    private static void awaitIdle(ProxyServer server) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            for (Map<Metric, Long> worker : figures(server)) {
                assertThat(worker).containsEntry(Metric.SESSIONS, 0L).containsEntry(Metric.PENDING, 0L)
                        .containsEntry(Metric.KEPT_BYTES, 0L).containsEntry(Metric.PARKED, 0L)
                        .containsEntry(Metric.OUTPUT_BYTES, 0L);
            }
        });
    }

    private static List<Map<Metric, Long>> figures(ProxyServer server) {
        return server.metrics().stream().map(worker -> worker.collect().join()).toList();
    }

    static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        }
    }
}
