package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SslOptions;
import io.slotgate.deploy.dev.DevCertificates;
import io.slotgate.deploy.dev.LocalCluster;
import io.slotgate.proxy.ports.TestPorts;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisPooled;

/**
 * Three proxies behind a load balancer, replaced one after the other under load over TLS: connections end between commands, and
 * that is all that clients see. docs/reliability.md has the figures.
 */
@Timeout(600)
class RollingRestartIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int PROXIES = 3;
    private static final String CLOSED = "connection lost: closed before a reply";

    @TempDir
    Path folder;

    private final List<ProxyProcess> proxies = new ArrayList<>();
    private final List<Integer> adminPorts = new ArrayList<>();
    private @Nullable LocalCluster cluster;
    private @Nullable LoadBalancer balancer;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        cluster = LocalCluster.builder(folder).shards(3).replicas(0).start();
        DevCertificates.pathsIn(folder).ensure();
        List<Integer> ports = TestPorts.take(3 * PROXIES);
        List<Integer> clientPorts = ports.subList(0, PROXIES);
        List<Integer> fleetPorts = ports.subList(PROXIES, 2 * PROXIES);
        adminPorts.addAll(ports.subList(2 * PROXIES, 3 * PROXIES));
        List<LoadBalancer.Target> targets = new ArrayList<>();
        for (int i = 0; i < PROXIES; i++) {
            proxies.add(new ProxyProcess(config(i, clientPorts.get(i), adminPorts.get(i), fleetPorts)).start());
            targets.add(new LoadBalancer.Target(clientPorts.get(i),
                    URI.create("http://127.0.0.1:" + adminPorts.get(i) + "/readyz")));
        }
        balancer = new LoadBalancer(targets);
        await().atMost(PATIENCE).until(() -> balancer().healthy() == PROXIES);
    }

    @AfterEach
    void stop() throws IOException {
        proxies.forEach(ProxyProcess::close);
        if (balancer != null) {
            balancer.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    private LoadBalancer balancer() {
        return Objects.requireNonNull(balancer);
    }

    private Path config(int number, int port, int adminPort, List<Integer> fleetPorts) throws IOException {
        DevCertificates files = DevCertificates.pathsIn(folder);
        String nodes = String.join(", ", Objects.requireNonNull(cluster).seeds().stream().map(seed -> "'" + seed + "'")
                .toList());
        String peers = String.join(", ", fleetPorts.stream().map(each -> "'127.0.0.1:" + each + "'").toList());
        return Files.writeString(folder.resolve("p" + number + ".yaml"), """
                listen:
                  client: {host: 127.0.0.1, port: %d}
                  read: none
                  tls: {certificate: '%s', key: '%s'}
                upstream: {seeds: [%s]}
                workers: 2
                admin: {endpoint: {host: 127.0.0.1, port: %d}}
                drain-notice: 2s
                drain-timeout: 12s
                fleet:
                  name: rolling
                  discovery: static
                  member: p%d
                  bind: {host: 127.0.0.1, port: %d}
                  peers: [%s]
                  gossip-interval: 200ms
                """.formatted(port, files.certificate(), files.key(), nodes, adminPort, number, fleetPorts.get(number),
                peers));
    }

    @Test
    void clientsSeeConnectionsEndBetweenCommandsAndNothingElse() throws Exception {
        SSLSocketFactory sockets = Certificates.trusting(DevCertificates.pathsIn(folder).ca());
        RedisClient lettuce = lettuce();
        AtomicLong reconnects = LibraryClients.reconnects(lettuce);
        try (JedisPooled pool = pool(sockets);
                LibraryClients.Pipelining pipelining = new LibraryClients.Pipelining(lettuce, "lettuce");
                LibraryClients.Pipelining another = new LibraryClients.Pipelining(lettuce, "lettuce too");
                LibraryClients.Listening listening = new LibraryClients.Listening(lettuce, "news");
                LibraryClients.Pooled busy = new LibraryClients.Pooled(pool, "busy", 2_000_000);
                LibraryClients.Pooled idle = new LibraryClients.Pooled(pool, "idle", 700_000_000)) {
            List<LibraryClients.Program> programs = List.of(pipelining, another, listening, busy, idle);
            programs.forEach(LibraryClients.Program::start);

            LoadReport report = Trials.behind(
                    number -> new WireLoadClient(Wire.open(sockets, balancer().port())),
                    "rolling restart of three proxies", gentle(), load -> replaceAll());

            for (LibraryClients.Program program : programs) {
                program.finish();
                assertThat(program.problems()).isEmpty();
            }
            await().atMost(PATIENCE).until(listening::caughtUp);
            assertThat(pool.get("busy")).isEqualTo(Long.toString(busy.commands()));
            assertThat(pool.get("idle")).isEqualTo(Long.toString(idle.commands()));
            System.out.printf("Lettuce: %d commands, 0 errors, %d reconnects, %d of %d messages missed%n"
                    + "Jedis: %d commands, %d met a closed connection; %d, %d with pauses%n",
                    pipelining.commands() + another.commands(), reconnects.get(), listening.missed(),
                    listening.commands(), busy.commands(), busy.closed(), idle.commands(), idle.closed());
            System.out.println("plain: " + report.requests() + " commands, errors " + report.errors());
            assertThat(report.errors().keySet()).as("%s", report.errors()).isSubsetOf(CLOSED);
            assertThat(report.violations()).isEmpty();
            assertThat(report.outOfOrder()).isEmpty();
            assertThat(balancer().refused()).as("connections refused").isZero();
            assertThat(balancer().resets()).as("connections reset").isZero();
        } finally {
            lettuce.shutdown();
        }
    }

    /** Less than usual, for it goes on for a minute, and all that it saw is searched in the end. */
    private static MixedLoad.Settings gentle() {
        MixedLoad.Settings usual = Trials.settings("rp");
        return new MixedLoad.Settings(usual.keyClients(), usual.tags(), usual.everything(), 5 * usual.pauseNanos());
    }

    private void replaceAll() throws IOException, InterruptedException {
        for (int i = 0; i < PROXIES; i++) {
            int sibling = adminPorts.get((i + 1) % PROXIES);
            String member = "p" + i;
            // Who has just come back may still be about to meet the others.
            await().atMost(PATIENCE).untilAsserted(this::assertThatAllKnowAll);
            ProxyProcess proxy = proxies.get(i);
            long begun = System.nanoTime();
            proxy.terminate();
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20))
                    .untilAsserted(() -> assertThat(stateOf(member, sibling)).as("%s", proxy.log())
                            .isEqualTo("draining"));
            assertThat(proxy.exitCode(PATIENCE)).as("exit code").isZero();
            System.out.printf("%s ended after %.1f s%n", member, (System.nanoTime() - begun) / 1e9);
            assertThat(proxy.log().lines().filter(line -> line.contains("Drained"))).as(proxy.log()).hasSize(1)
                    .allMatch(line -> line.contains("connections=\"0\""));
            proxy.start();
            await().atMost(PATIENCE).until(() -> balancer().healthy() == PROXIES);
        }
    }

    private void assertThatAllKnowAll() {
        for (int adminPort : adminPorts) {
            for (int i = 0; i < PROXIES; i++) {
                assertThat(stateOf("p" + i, adminPort)).as("p%d, as port %d knows it", i, adminPort)
                        .isEqualTo("healthy");
            }
        }
    }

    /** How a member of the fleet is, as another one has heard. */
    private static String stateOf(String member, int sibling) {
        String items = AdminCalls.get(sibling, "/api/v1/proxies", null).body();
        int at = items.indexOf("\"" + member + "\"");
        int state = items.indexOf("\"state\":\"", at);
        return at < 0 || state < 0 ? "unknown" : items.substring(state + 9, items.indexOf('"', state + 9));
    }

    private RedisClient lettuce() {
        RedisClient client = RedisClient.create(RedisURI.builder().withHost("localhost").withPort(balancer().port())
                .withSsl(true).withTimeout(PATIENCE).build());
        client.setOptions(ClientOptions.builder().sslOptions(SslOptions.builder().jdkSslProvider()
                .trustManager(DevCertificates.pathsIn(folder).ca().toFile()).build()).build());
        return client;
    }

    private JedisPooled pool(SSLSocketFactory sockets) {
        return new JedisPooled(new HostAndPort("localhost", balancer().port()), DefaultJedisClientConfig.builder()
                .ssl(true).sslSocketFactory(sockets).timeoutMillis((int) PATIENCE.toMillis())
                .hostnameVerifier((name, session) -> true).build());
    }
}
