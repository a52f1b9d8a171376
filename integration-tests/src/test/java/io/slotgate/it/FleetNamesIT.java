package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.deploy.dev.LocalCluster;
import io.slotgate.proxy.config.SlotgateConfig;
import io.slotgate.proxy.ports.TestPorts;
import io.slotgate.proxy.server.ProxyServer;
import io.slotgate.testing.route53.FakeRoute53;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The names of a fleet's proxies, as these come, drain, and leave. */
@Timeout(180)
class FleetNamesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int PROXIES = 3;

    @TempDir
    Path folder;

    private final FakeRoute53 route53;
    private final List<ProxyServer> proxies = new ArrayList<>();
    private @Nullable LocalCluster cluster;

    FleetNamesIT() throws IOException {
        route53 = new FakeRoute53();
    }

    @BeforeEach
    void start() throws IOException, InterruptedException {
        System.setProperty("aws.accessKeyId", "AKIDEXAMPLE");
        System.setProperty("aws.secretAccessKey", "of-a-test");
        LocalCluster started = LocalCluster.builder(folder).shards(1).replicas(0).start();
        cluster = started;
        List<Integer> ports = TestPorts.take(PROXIES);
        for (int i = 0; i < PROXIES; i++) {
            proxies.add(ProxyServer.start(config(started, i, ports)));
        }
        for (ProxyServer proxy : proxies) {
            await().atMost(PATIENCE).until(() -> proxy.members().size() == PROXIES);
        }
    }

    @AfterEach
    void stop() {
        proxies.forEach(ProxyServer::close);
        if (cluster != null) {
            cluster.close();
        }
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
        route53.close();
    }

    @Test
    void areThoseThatTakeClientsAlsoWhileTheOneThatWritesThemDrains() throws Exception {
        awaitNames(0, 1, 2);
        for (int first = 0; first < PROXIES; first++) {
            int second = (first + 1) % PROXIES;
            int third = (first + 2) % PROXIES;

            // One of the three is the coordinator, and remains it while it drains.
            proxies.get(first).drain(Duration.ZERO);
            awaitNames(second, third);
            proxies.get(second).drain(Duration.ZERO);
            awaitNames(third);

            assertThat(proxies.get(first).stopDraining()).isTrue();
            awaitNames(first, third);
            assertThat(proxies.get(second).stopDraining()).isTrue();
            awaitNames(0, 1, 2);
        }
        // Another one has to go on, at the latest after the second.
        proxies.get(0).close();
        awaitNames(1, 2);
        proxies.get(1).close();
        awaitNames(2);
        assertThat(route53.problems()).isEmpty();
    }

    /** Waits until these have records under the regional name, and no other. */
    private void awaitNames(Integer... members) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(named()).containsExactlyInAnyOrder(members));
    }

    private Set<Integer> named() {
        return route53.sets().keySet().stream().filter(set -> set.startsWith("cache.example.com. A "))
                .map(set -> Integer.valueOf(set.substring(set.lastIndexOf(":p") + 2))).collect(Collectors.toSet());
    }

    private SlotgateConfig config(LocalCluster nodes, int number, List<Integer> ports) {
        return SlotgateConfig
                .parse("""
                        listen: {client: none, read: none, plain: {host: 127.0.0.1, port: 0}}
                        upstream: {seeds: ['%s']}
                        fleet:
                          name: names
                          discovery: static
                          member: p%d
                          bind: {host: 127.0.0.1, port: %d}
                          peers: [%s]
                          gossip-interval: 200ms
                        drain-notice: 0s
                        dns: {hosted-zone: %s, name: cache.example.com, address: 10.0.0.%d, interval: 1s, region: eu-central-1, endpoint: '%s'}
                        """
                        .formatted(nodes.seeds().getFirst(), number, ports.get(number),
                                ports.stream().map(port -> "'127.0.0.1:" + port + "'")
                                        .collect(Collectors.joining(", ")),
                                FakeRoute53.ZONE,
                                number + 1, route53.endpoint()));
    }
}
