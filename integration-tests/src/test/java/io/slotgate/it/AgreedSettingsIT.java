package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.admin.AdminServer;
import io.slotgate.admin.view.ProxyView;
import io.slotgate.deploy.dev.LocalCluster;
import io.slotgate.proxy.config.Admin;
import io.slotgate.proxy.config.Auth;
import io.slotgate.proxy.config.Endpoint;
import io.slotgate.proxy.config.FleetConfig;
import io.slotgate.proxy.config.FleetDiscovery;
import io.slotgate.proxy.config.Limits;
import io.slotgate.proxy.config.Listen;
import io.slotgate.proxy.config.SlotgateConfig;
import io.slotgate.proxy.config.TopologySettings;
import io.slotgate.proxy.config.Transport;
import io.slotgate.proxy.config.Upstream;
import io.slotgate.proxy.ports.TestPorts;
import io.slotgate.proxy.server.ProxyServer;
import io.slotgate.topology.model.HostPort;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three proxies that agree on settings by majority, each with its admin API. */
@Timeout(240)
class AgreedSettingsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Endpoint ANY = new Endpoint("127.0.0.1", 0);

    @TempDir
    Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<@Nullable Running> running = new ArrayList<>();
    private List<Integer> ports = List.of();
    private @Nullable LocalCluster cluster;

    private record Running(ProxyServer proxy, AdminServer admin) {
        void close() {
            admin.close();
            proxy.close();
        }
    }

    @BeforeEach
    void start() throws IOException, InterruptedException {
        cluster = LocalCluster.builder(folder).shards(3).replicas(0).start();
        ports = TestPorts.take(3);
        for (int i = 0; i < 3; i++) {
            running.add(run(i));
        }
        for (int i = 0; i < 3; i++) {
            ProxyServer proxy = at(i).proxy();
            await().atMost(PATIENCE).until(() -> proxy.members().size() == 3);
        }
    }

    @AfterEach
    void stop() throws IOException, InterruptedException {
        for (Running each : running) {
            if (each != null) {
                each.close();
            }
        }
        http.close();
        if (cluster != null) {
            cluster.close();
        }
    }

    private double millisUntilLive(String patience) {
        AtomicLong begun = new AtomicLong();
        await().atMost(PATIENCE).until(() -> {
            begun.set(System.nanoTime());
            return change(0, patience).statusCode() == 200;
        });
        String live = "\"name\":\"upstream.failover-patience\",\"value\":\"" + patience + "\"";
        for (int i = 0; i < 3; i++) {
            int number = i;
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).pollDelay(Duration.ZERO)
                    .until(() -> get(number, "/api/v1/settings").contains(live));
        }
        return (System.nanoTime() - begun.get()) / 1e6;
    }

    @Test
    void aChangeIsEverywhereOrNowhereAndOutlivesItsProxies() throws IOException, InterruptedException {
        for (int i = 0; i < 3; i++) {
            int number = i;
            await().atMost(PATIENCE).until(() -> get(number, "/api/v1/status").contains("\"cutOff\":false"));
        }
        for (String patience : List.of("5s", "6s", "5s", "6s", "7s")) {
            System.out.printf("a change is live at three proxies %.0f ms after it was asked for%n",
                    millisUntilLive(patience));
        }
        for (int i = 0; i < 3; i++) {
            assertThat(at(i).proxy().controls()).isNotNull().satisfies(
                    controls -> assertThat(controls.settings().failoverPatience()).isEqualTo(Duration.ofSeconds(7)));
        }
        // Each proxy tells the others what it applies.
        long version = at(0).proxy().controls().settingsVersion();
        await().atMost(PATIENCE)
                .until(() -> get(1, "/api/v1/proxies").split("\"settingsVersion\":" + version, -1).length == 4);

        // All have the same map of the cluster, the one that is asked included.
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                Pattern.compile("\"mapDigest\":\"([^\"]*)\"").matcher(get(1, "/api/v1/proxies")).results()
                        .map(digest -> digest.group(1)).toList())
                .hasSize(3).allSatisfy(digest -> assertThat(digest).isNotEqualTo("0"))
                .matches(digests -> digests.stream().distinct().count() == 1));

        // The other two are gone: what was agreed on holds on, and nothing new is agreed on.
        at(0).close();
        running.set(0, null);
        at(1).close();
        running.set(1, null);
        await().atMost(PATIENCE).until(() -> at(2).proxy().members().size() == 1);
        await().atMost(PATIENCE).until(() -> get(2, "/api/v1/status").contains("\"cutOff\":true"));
        await().atMost(PATIENCE).untilAsserted(
                () -> assertThat(events(2)).contains("member-joined", "member-left", "cut-off"));
        assertThat(get(2, "/api/v1/events")).contains("cut off: 1 of 3 voters can be reached",
                "proxy p0 is gone or can't be reached", "proxy p1 is gone or can't be reached");
        assertThat(get(2, "/metrics")).contains("\nslotgate_fleet_cut_off 1.0\n");
        long lost = lastEvent(2);
        HttpResponse<String> refused = change(2, "8s");
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
        assertThat(get(2, "/api/v1/settings")).contains("\"value\":\"7s\"");
        try (Wire client = Wire.open(at(2).proxy().plainPort())) {
            assertThat(client.raw("SET", "k", "v")).isEqualTo("+OK\r\n");
        }

        // They come back with what they knew.
        running.set(0, run(0));
        running.set(1, run(1));
        await().atMost(PATIENCE).until(() -> get(1, "/api/v1/settings").contains("\"value\":\"7s\""));
        await().atMost(PATIENCE).until(() -> change(1, "9s").statusCode() == 200);
        for (int i = 0; i < 3; i++) {
            int number = i;
            await().atMost(PATIENCE).until(() -> get(number, "/api/v1/settings").contains("\"value\":\"9s\""));
        }
        await().atMost(PATIENCE).until(() -> get(2, "/api/v1/status").contains("\"cutOff\":false"));
        await().atMost(PATIENCE).untilAsserted(
                () -> assertThat(get(2, "/api/v1/events?after=" + lost)).contains("\"kind\":\"cut-off-ended\"",
                        "proxy p0 has come, in zone a", "proxy p1 has come, in zone a",
                        "upstream.failover-patience"));
        // What was agreed on before has one place in the history, although a restart tells it again.
        assertThat(get(0, "/api/v1/settings/history")).containsOnlyOnce("\"version\":" + version + ',');
    }

    private List<String> events(int number) throws IOException, InterruptedException {
        return Pattern.compile("\"kind\":\"([a-z-]+)\"").matcher(get(number, "/api/v1/events")).results()
                .map(found -> found.group(1)).toList();
    }

    private long lastEvent(int number) throws IOException, InterruptedException {
        return Pattern.compile("\"id\":(\\d+)").matcher(get(number, "/api/v1/events?limit=1000")).results()
                .mapToLong(found -> Long.parseLong(found.group(1))).max().orElseThrow();
    }

    private Running at(int number) {
        return Objects.requireNonNull(running.get(number));
    }

    private String get(int number, String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(uri(number, path)).build(), BodyHandlers.ofString()).body();
    }

    private HttpResponse<String> change(int number, String patience) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(uri(number, "/api/v1/settings"))
                .header("Content-Type", "application/json")
                .method("PATCH",
                        BodyPublishers.ofString("{\"set\":{\"upstream.failover-patience\":\"" + patience + "\"}}"))
                .build(), BodyHandlers.ofString());
    }

    private URI uri(int number, String path) {
        return URI.create("http://127.0.0.1:" + at(number).admin().port() + path);
    }

    private Running run(int number) throws IOException, InterruptedException {
        List<HostPort> peers = ports.stream().map(port -> new HostPort("127.0.0.1", port)).toList();
        FleetConfig fleet = new FleetConfig("it", FleetDiscovery.STATIC, "p" + number,
                new Endpoint("127.0.0.1", ports.get(number)), null, peers, null, null, null, Duration.ofMillis(200),
                Duration.ofSeconds(2), List.of("p0", "p1", "p2"), folder.resolve("data-" + number));
        Admin admin = new Admin(true, ANY);
        ProxyServer proxy = ProxyServer.start(new SlotgateConfig(new Listen(null, null, ANY, null, null, 4096),
                Upstream.to(Objects.requireNonNull(cluster).seeds()), TopologySettings.defaults(), 1, Transport.AUTO,
                Auth.open(), Limits.defaults(), admin, "a", fleet));
        AdminServer server = AdminServer.start(admin);
        server.attach(ProxyView.of(proxy));
        return new Running(proxy, server);
    }
}
