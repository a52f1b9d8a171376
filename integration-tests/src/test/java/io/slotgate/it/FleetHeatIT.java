package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.admin.AdminServer;
import io.slotgate.admin.view.ProxyView;
import io.slotgate.deploy.dev.LocalCluster;
import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.config.Admin;
import io.slotgate.proxy.config.Endpoint;
import io.slotgate.proxy.config.SlotgateConfig;
import io.slotgate.proxy.ports.TestPorts;
import io.slotgate.proxy.server.ProxyServer;
import io.slotgate.topology.model.HostPort;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Two proxies in front of one cluster, each with clients and an admin API of its own: what one of them saw, either of them tells. Between
 * them are relays that can be stopped.
 */
@Timeout(240)
class FleetHeatIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int LARGE = 200_000;
    private static final int MOST = 20_000;

    @TempDir
    Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<Relay> relays = new ArrayList<>();
    private final List<ProxyServer> proxies = new ArrayList<>();
    private final List<AdminServer> admins = new ArrayList<>();
    private @Nullable LocalCluster cluster;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        LocalCluster started = LocalCluster.builder(folder).shards(3).replicas(0).start();
        cluster = started;
        List<Integer> ports = TestPorts.take(2);
        for (int port : ports) {
            relays.add(new Relay(new HostPort("127.0.0.1", port)));
        }
        for (int i = 0; i < 2; i++) {
            ProxyServer proxy = ProxyServer.start(config(started.seeds(), i, ports.get(i)));
            proxies.add(proxy);
            AdminServer admin = AdminServer.start(new Admin(true, new Endpoint("127.0.0.1", 0)));
            admins.add(admin);
            admin.attach(ProxyView.of(proxy));
        }
        for (ProxyServer proxy : proxies) {
            await().atMost(PATIENCE).until(() -> proxy.members().size() == 2);
        }
    }

    @AfterEach
    void stop() throws IOException, InterruptedException {
        relays.forEach(Relay::resume);
        admins.forEach(AdminServer::close);
        proxies.forEach(ProxyServer::close);
        for (Relay relay : relays) {
            relay.close();
        }
        http.close();
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void eitherTellsWhatBothSaw() throws IOException, InterruptedException {
        for (int i = 0; i < 2; i++) {
            try (Wire client = Wire.open(proxies.get(i).plainPort())) {
                for (int round = 0; round < 300; round++) {
                    assertThat(client.raw("GET", "hot-" + i)).isEqualTo("$-1\r\n");
                    client.raw("GET", "hot-both");
                }
                assertThat(client.raw("SET", "big-" + i, "x".repeat(LARGE))).isEqualTo("+OK\r\n");
            }
        }
        for (int i = 0; i < 2; i++) {
            int number = i;
            List<String> both = List.of("p" + number, "p" + (1 - number));
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(from(both, get(number, "hotkeys"))).contains("hot-0", "hot-1", "hot-both");
                assertThat(from(both, get(number, "bigkeys"))).contains("big-0", "big-1");
                JsonNode heat = get(number, "slots/heat?only=reads");
                assertThat(names(heat.path("proxies"))).isEqualTo(both);
                assertThat(reads(heat, "hot-0")).isEqualTo(300);
                assertThat(reads(heat, "hot-1")).isEqualTo(300);
                assertThat(reads(heat, "hot-both")).isEqualTo(600);
            });
            assertThat(from(List.of("p" + number), get(number, "hotkeys?scope=proxy"))).contains("hot-" + number)
                    .doesNotContain("hot-" + (1 - number));
            assertThat(reads(get(number, "slots/heat?scope=proxy"), "hot-both")).isEqualTo(300);
        }

        // The other one can't be heard, and nobody has noticed yet: this one tells what it has, and says so.
        relays.forEach(Relay::pause);
        await().atMost(PATIENCE).untilAsserted(() -> {
            JsonNode keys = get(0, "hotkeys");
            assertThat(names(keys.path("missing"))).containsExactly("p1");
            assertThat(from(List.of("p0"), keys)).contains("hot-0").doesNotContain("hot-1");
            JsonNode heat = get(0, "slots/heat");
            assertThat(names(heat.path("missing"))).containsExactly("p1");
            assertThat(reads(heat, "hot-both")).isEqualTo(300);
        });
        assertThat(metric("slotgate_fleet_unanswered_total")).isPositive();
        relays.forEach(Relay::resume);
        await().atMost(PATIENCE).untilAsserted(
                () -> assertThat(reads(get(0, "slots/heat"), "hot-both")).isEqualTo(600));

        // It leaves.
        proxies.get(1).close();
        await().atMost(PATIENCE).untilAsserted(() -> {
            JsonNode keys = get(0, "hotkeys?scope=fleet");
            assertThat(names(keys.path("missing"))).isEmpty();
            assertThat(from(List.of("p0"), keys)).doesNotContain("hot-1");
        });
        assertThat(metric("slotgate_fleet_malformed_total")).isZero();
    }

    /** The keys that an answer names, which has to be of these proxies. */
    private static List<String> from(List<String> proxies, JsonNode answer) {
        assertThat(names(answer.path("proxies"))).isEqualTo(proxies);
        return answer.path("items").valueStream().map(item -> item.path("key").asString()).toList();
    }

    private static List<String> names(JsonNode list) {
        return list.valueStream().map(JsonNode::asString).toList();
    }

    private static long reads(JsonNode heat, String key) {
        return heat.path("reads").path(SlotHash.slot(key)).asLong();
    }

    private JsonNode get(int number, String path) throws IOException, InterruptedException {
        return new JsonMapper().readTree(text(number, "/api/v1/" + path));
    }

    private double metric(String name) throws IOException, InterruptedException {
        return text(0, "/metrics").lines().filter(line -> line.startsWith(name + ' '))
                .collect(Collectors.averagingDouble(line -> Double.parseDouble(line.substring(name.length() + 1))));
    }

    private String text(int number, String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + admins.get(number).port() + path))
                        .timeout(Duration.ofMillis(MOST)).build(),
                BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    private SlotgateConfig config(List<HostPort> seeds, int number, int fleetPort) {
        String nodes = seeds.stream().map(seed -> "'" + seed + "'").collect(Collectors.joining(", "));
        String peers = relays.stream().map(relay -> "'" + relay.address() + "'").collect(Collectors.joining(", "));
        return SlotgateConfig.parse("""
                listen: {client: none, read: none, plain: {host: 127.0.0.1, port: 0}}
                upstream: {seeds: [%s]}
                workers: 2
                heat: {sample: 1}
                fleet:
                  name: it
                  discovery: static
                  member: p%d
                  bind: {host: 127.0.0.1, port: %d}
                  advertised: '%s'
                  peers: [%s]
                  suspect-after: 4m
                """.formatted(nodes, number, fleetPort, relays.get(number).address(), peers));
    }
}
