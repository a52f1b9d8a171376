package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.deploy.dev.DevCertificates;
import io.slotgate.deploy.dev.LocalCluster;
import io.slotgate.deploy.dev.LocalNode;
import io.slotgate.proxy.ports.TestPorts;
import io.slotgate.topology.model.HostPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.Collectors;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three proxies of one fleet, each a process, and a third of the clients of one load at each: what one of them wrote the others read. Of the
 * end of a proxy, and of proxies that lose sight of each other, clients of the others notice nothing. docs/reliability.md has the figures.
 */
@Timeout(600)
class FleetReliabilityIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int PROXIES = 3;
    private static final int SHARDS = 3;
    private static final int NONE = -1;

    @TempDir
    Path folder;

    private final List<ProxyProcess> proxies = new ArrayList<>();
    private final List<Integer> clientPorts = new ArrayList<>();
    private final List<Integer> adminPorts = new ArrayList<>();
    /** Before the fleet's port of each: they can be made to swallow what they get. */
    private final List<Relay> relays = new ArrayList<>();
    /** Connections that ended of themselves, by proxy. */
    private final AtomicIntegerArray lost = new AtomicIntegerArray(PROXIES);
    private volatile int killed = NONE;
    private @Nullable LocalCluster cluster;

    @BeforeEach
    void start() throws IOException {
        cluster = LocalCluster.builder(folder).shards(SHARDS).replicas(1).start();
        DevCertificates.pathsIn(folder).ensure();
        List<Integer> ports = TestPorts.take(3 * PROXIES);
        clientPorts.addAll(ports.subList(0, PROXIES));
        adminPorts.addAll(ports.subList(PROXIES, 2 * PROXIES));
        List<Integer> fleetPorts = ports.subList(2 * PROXIES, 3 * PROXIES);
        for (int port : fleetPorts) {
            relays.add(new Relay(new HostPort("127.0.0.1", port)));
        }
        for (int i = 0; i < PROXIES; i++) {
            proxies.add(new ProxyProcess(config(i, fleetPorts.get(i))).start());
        }
        awaitMembers(PROXIES);
    }

    @AfterEach
    void stop() throws IOException {
        proxies.forEach(ProxyProcess::close);
        for (Relay relay : relays) {
            relay.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void nobodyElseNoticesThatAProxyIsKilled() throws Exception {
        LoadReport report = Trials.behind(door(), "kill -9 of one proxy of three", gentle("kx"), load -> {
            load.awaitRequests(1000);
            killed = 1;
            proxies.get(1).close();
            load.goOn(Duration.ofSeconds(4));
        });

        assertThat(lost.get(0) + lost.get(2)).as("connections lost at the others").isZero();
        // Its own clients had a connection each, and go on at the others.
        assertThat(lost.get(1)).isPositive();
        assertThat(report.errors().keySet()).as("%s", report.errors())
                .allMatch(kind -> kind.startsWith("connection lost"));
        assertThat(report.errors().values().stream().mapToLong(Long::longValue).sum()).isEqualTo(lost.get(1));
        assertThat(report.violations()).isEmpty();
        assertThat(report.outOfOrder()).isEmpty();
    }

    @Test
    void proxiesThatDontSeeEachOtherServeRightWhileTheClusterChanges() throws Exception {
        LocalCluster nodes = Objects.requireNonNull(cluster);
        LoadReport report = Trials.behind(door(), "three proxies parted from each other", gentle("pt"), load -> {
            relays.forEach(Relay::pause);
            awaitMembers(1);
            try (SlotMover mover = new SlotMover(nodes, SHARDS)) {
                for (int slot = 0; slot < 20; slot++) {
                    mover.move(slot, 0, 1);
                }
            }
            LocalNode first = nodes.node(0);
            Trials.failOver(nodes, 100);
            load.awaitRequests(1000);
            relays.forEach(Relay::resume);
            awaitMembers(PROXIES);
            assertThat(nodes.owner(100)).isNotSameAs(first);
            load.awaitRequests(1000);
        });

        Trials.assertUnnoticed(report);
    }

    /** Every client at a proxy of its own choice; those of a proxy that was killed go to another. */
    private LoadClient.Door door() throws IOException {
        SSLSocketFactory sockets = Certificates.trusting(DevCertificates.pathsIn(folder).ca());
        return number -> {
            int choice = number % PROXIES == killed ? (number + 1) % PROXIES : number % PROXIES;
            return new Watched(new WireLoadClient(Wire.open(sockets, clientPorts.get(choice))), choice);
        };
    }

    /** Counts whose connection it was that was lost. */
    private final class Watched implements LoadClient {
        private final LoadClient client;
        private final int proxy;

        Watched(LoadClient client, int proxy) {
            this.client = client;
            this.proxy = proxy;
        }

        @Override
        public void pipeline(List<String[]> commands, Sink replies) throws IOException {
            try {
                client.pipeline(commands, replies);
            } catch (IOException ended) {
                lost.incrementAndGet(proxy);
                throw ended;
            }
        }

        @Override
        public void close() throws IOException {
            client.close();
        }
    }

    /** Less than usual: three proxies more take their part of the processors. */
    private static MixedLoad.Settings gentle(String prefix) {
        MixedLoad.Settings usual = Trials.settings(prefix);
        return new MixedLoad.Settings(usual.keyClients(), usual.tags(), usual.everything(), 5 * usual.pauseNanos());
    }

    /** Waits until each proxy sees so many, itself among them. */
    private void awaitMembers(int wanted) {
        for (int port : adminPorts) {
            await().atMost(PATIENCE).until(() -> AdminCalls.get(port, "/api/v1/proxies", null).body()
                    .split("\"state\":\"healthy\"", -1).length - 1 == wanted);
        }
    }

    private Path config(int number, int fleetPort) throws IOException {
        DevCertificates files = DevCertificates.pathsIn(folder);
        String nodes = Objects.requireNonNull(cluster).seeds().stream().map(seed -> "'" + seed + "'")
                .collect(Collectors.joining(", "));
        String peers = relays.stream().map(relay -> "'" + relay.address() + "'").collect(Collectors.joining(", "));
        return Files.writeString(folder.resolve("p" + number + ".yaml"),
                """
                        listen:
                          client: {host: 127.0.0.1, port: %d}
                          read: none
                          tls: {certificate: '%s', key: '%s'}
                        upstream: {seeds: [%s]}
                        workers: 2
                        admin: {endpoint: {host: 127.0.0.1, port: %d}}
                        fleet:
                          name: reliable
                          discovery: static
                          member: p%d
                          bind: {host: 127.0.0.1, port: %d}
                          advertised: '%s'
                          peers: [%s]
                          gossip-interval: 200ms
                          suspect-after: 2s
                        """.formatted(clientPorts.get(number), files.certificate(), files.key(), nodes,
                        adminPorts.get(number), number,
                        fleetPort, relays.get(number).address(), peers));
    }
}
