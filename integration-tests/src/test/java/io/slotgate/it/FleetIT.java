package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.deploy.dev.DevCertificates;
import io.slotgate.deploy.dev.LocalCluster;
import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.config.Admin;
import io.slotgate.proxy.config.Auth;
import io.slotgate.proxy.config.Endpoint;
import io.slotgate.proxy.config.FleetConfig;
import io.slotgate.proxy.config.FleetDiscovery;
import io.slotgate.proxy.config.FleetTlsConfig;
import io.slotgate.proxy.config.Limits;
import io.slotgate.proxy.config.Listen;
import io.slotgate.proxy.config.SlotgateConfig;
import io.slotgate.proxy.config.TopologySettings;
import io.slotgate.proxy.config.Transport;
import io.slotgate.proxy.config.Upstream;
import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.plane.SlotTags;
import io.slotgate.proxy.ports.TestPorts;
import io.slotgate.proxy.server.ProxyServer;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Node;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three proxies in front of one cluster: two in this JVM, one as a process of its own. They ask the cluster hardly ever, so
 * what they know they know from each other, over TLS. Between them are relays that can be stopped.
 */
@Timeout(240)
class FleetIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int SHARDS = 3;
    private static final int MOVES = 40;

    @TempDir
    Path folder;

    private final List<Relay> relays = new ArrayList<>();
    private final List<ProxyServer> proxies = new ArrayList<>();
    private final List<Load> loads = new ArrayList<>();
    private @Nullable LocalCluster cluster;
    private @Nullable Process third;
    private URI thirdAdmin = URI.create("");
    private int thirdPort;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        LocalCluster started = LocalCluster.builder(folder).shards(SHARDS).replicas(0).start();
        cluster = started;
        certificates().ensure();
        List<Integer> ports = TestPorts.take(3);
        for (int port : ports) {
            relays.add(new Relay(new HostPort("127.0.0.1", port)));
        }
        for (int i = 0; i < 2; i++) {
            proxies.add(ProxyServer.start(config(started.seeds(), i, ports.get(i))));
        }
        startThird(started.seeds(), ports.get(2));
        for (ProxyServer proxy : proxies) {
            await().atMost(PATIENCE).until(() -> proxy.members().size() == 3);
        }
    }

    @AfterEach
    void stop() throws IOException, InterruptedException {
        loads.forEach(Load::close);
        for (ProxyServer proxy : proxies) {
            proxy.close();
        }
        if (third != null) {
            third.destroyForcibly().waitFor();
        }
        for (Relay relay : relays) {
            relay.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void whatOneLearnsAllKnowAndClientsNoticeNothingOfTheRest() throws Exception {
        LocalCluster running = Objects.requireNonNull(cluster);
        for (ProxyServer proxy : proxies) {
            loads.add(new Load(proxy));
        }
        try (SlotMover mover = new SlotMover(running, SHARDS); Wire first = Wire.open(proxies.get(0).plainPort())) {
            // A redirect that the first proxy meets.
            List<Double> millis = new ArrayList<>();
            for (int slot = 0; slot < MOVES; slot++) {
                mover.move(slot, 0, 1);
                long begun = System.nanoTime();
                assertThat(first.raw("GET", SlotTags.of(slot))).isEqualTo("$-1\r\n");
                String owner = running.node(1).id();
                int moved = slot;
                await().atMost(PATIENCE).pollInterval(Duration.ofMillis(1)).pollDelay(Duration.ZERO)
                        .until(() -> owner.equals(owner(proxies.get(1), moved)));
                millis.add((System.nanoTime() - begun) / 1e6);
            }
            millis.sort(null);
            System.out.printf("redirect at one proxy until another routes right: median %.1f ms, slowest %.1f ms%n",
                    millis.get(MOVES / 2), millis.get(MOVES - 1));
            try (Wire client = Wire.open(thirdPort)) {
                await().atMost(PATIENCE).until(() -> thirdMetric("slotgate_fleet_changes_total") >= MOVES);
                for (int slot = 0; slot < MOVES; slot++) {
                    assertThat(client.raw("GET", SlotTags.of(slot))).isEqualTo("$-1\r\n");
                }
            }
            assertThat(thirdMetric("slotgate_redirects_moved_total")).as("the third was told").isZero();

            // The third dies.
            Objects.requireNonNull(third).destroyForcibly().waitFor();
            for (ProxyServer proxy : proxies) {
                await().atMost(PATIENCE).until(() -> proxy.members().size() == 2);
            }

            // The other two lose sight of each other.
            relays.forEach(Relay::pause);
            for (ProxyServer proxy : proxies) {
                await().atMost(PATIENCE).until(() -> proxy.members().size() == 1);
            }
            mover.move(MOVES, 0, 2);
            assertThat(first.raw("GET", SlotTags.of(MOVES))).isEqualTo("$-1\r\n");
            String owner = running.node(2).id();
            await().atMost(PATIENCE).until(() -> owner.equals(owner(proxies.get(0), MOVES)));
            assertThat(owner(proxies.get(1), MOVES)).isNotEqualTo(owner);

            // And meet again.
            relays.forEach(Relay::resume);
            await().atMost(PATIENCE).until(() -> owner.equals(owner(proxies.get(1), MOVES)));
            for (ProxyServer proxy : proxies) {
                await().atMost(PATIENCE).until(() -> proxy.members().size() == 2);
                assertThat(proxy.fleetFigures().malformed()).isZero();
            }
        }
        assertThat(moved(proxies.get(1))).as("redirects the second met").isZero();
        for (Load load : loads) {
            load.close();
            assertThat(load.rounds.get()).isPositive();
            assertThat(load.problems).isEmpty();
        }
    }

    private static long moved(ProxyServer proxy) {
        return proxy.metrics().stream().mapToLong(worker -> worker.collect().join().getOrDefault(Metric.MOVED, 0L))
                .sum();
    }

    private static @Nullable String owner(ProxyServer proxy, int slot) {
        Node owner = proxy.slots().primary(slot);
        return owner == null ? null : owner.id();
    }

    private long thirdMetric(String name) throws IOException {
        try (InputStream answer = thirdAdmin.resolve("/metrics").toURL().openStream()) {
            return new String(answer.readAllBytes(), StandardCharsets.UTF_8).lines()
                    .filter(line -> line.split("[{ ]", 2)[0].equals(name))
                    .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))).sum();
        }
    }

    private List<HostPort> peers() {
        return relays.stream().map(Relay::address).toList();
    }

    private DevCertificates certificates() {
        return DevCertificates.pathsIn(folder);
    }

    private SlotgateConfig config(List<HostPort> seeds, int number, int fleetPort) {
        Endpoint any = new Endpoint("127.0.0.1", 0);
        FleetConfig fleet = new FleetConfig("it", FleetDiscovery.STATIC, "p" + number,
                new Endpoint("127.0.0.1", fleetPort),
                relays.get(number).address(), peers(), null, null,
                new FleetTlsConfig(certificates().certificate(), certificates().key(), certificates().ca()),
                Duration.ofMillis(200), Duration.ofSeconds(2), List.of(), null);
        TopologySettings usual = TopologySettings.defaults();
        TopologySettings seldom = new TopologySettings(Duration.ofHours(1), usual.minRefreshGap(), usual.probedNodes(),
                usual.probeTimeout());
        return new SlotgateConfig(new Listen(null, null, any, null, null, 4096), Upstream.to(seeds), seldom, 2,
                Transport.AUTO, Auth.open(), Limits.defaults(), new Admin(false, any), "a", fleet);
    }

    private void startThird(List<HostPort> seeds, int fleetPort) throws IOException {
        String peers = String.join(", ", peers().stream().map(peer -> "'" + peer + "'").toList());
        String nodes = String.join(", ", seeds.stream().map(seed -> "'" + seed + "'").toList());
        Path file = Files.writeString(folder.resolve("third.yaml"), """
                listen: {client: none, read: none, plain: {host: 127.0.0.1, port: 0}}
                upstream: {seeds: [%s]}
                topology: {refresh-interval: 1h}
                workers: 1
                admin: {endpoint: {host: 127.0.0.1, port: 0}}
                fleet:
                  name: it
                  discovery: static
                  member: p2
                  bind: {host: 127.0.0.1, port: %d}
                  advertised: '%s'
                  peers: [%s]
                  tls: {ca: '%s', certificate: '%s', key: '%s'}
                  gossip-interval: 200ms
                  suspect-after: 2s
                """.formatted(nodes, fleetPort, relays.get(2).address(), peers, certificates().ca(),
                certificates().certificate(), certificates().key()));
        Process started = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp", System.getProperty("java.class.path"), "io.slotgate.deploy.Main", "serve", "--config",
                file.toString()).redirectError(folder.resolve("third.log").toFile()).start();
        third = started;
        BufferedReader said = started.inputReader();
        String ready = said.readLine();
        assertThat(ready).as("READY, or see %s", Files.readString(folder.resolve("third.log"))).isNotNull();
        for (String word : ready.split(" ")) {
            if (word.startsWith("plain=")) {
                thirdPort = HostPort.parse(word.substring(6)).port();
            } else if (word.startsWith("admin=")) {
                thirdAdmin = URI.create(word.substring(6));
            }
        }
    }

    /** A client that writes and reads, on slots that stay where they are, and notes what is not as it should be. */
    private static final class Load implements AutoCloseable {
        final Queue<String> problems = new ConcurrentLinkedQueue<>();
        final AtomicLong rounds = new AtomicLong();
        private final Thread thread;
        private volatile boolean ended;

        Load(ProxyServer proxy) {
            thread = Thread.ofPlatform().daemon().start(() -> run(proxy));
        }

        private void run(ProxyServer proxy) {
            List<String> keys = IntStream.iterate(0, i -> i + 1).mapToObj(i -> proxy.plainPort() + "." + i)
                    .filter(key -> SlotHash.slot(key) > MOVES).limit(4).toList();
            try (Wire client = Wire.open(proxy.plainPort())) {
                while (!ended) {
                    String round = proxy.plainPort() + ":" + rounds.incrementAndGet();
                    for (String own : keys) {
                        expect("+OK\r\n", client.raw("SET", own, round));
                        expect("$" + round.length() + "\r\n" + round + "\r\n", client.raw("GET", own));
                    }
                    TimeUnit.MILLISECONDS.sleep(1);
                }
            } catch (IOException | RuntimeException e) {
                problems.add(e.toString());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void expect(String expected, String answer) {
            if (!answer.equals(expected)) {
                problems.add(answer.strip());
            }
        }

        @Override
        public void close() {
            ended = true;
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
