package io.slotgate.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.slotgate.deploy.cli.Gateway;
import io.slotgate.deploy.dev.LocalCluster;
import io.slotgate.proxy.config.Admin;
import io.slotgate.proxy.config.Endpoint;
import io.slotgate.proxy.config.Listen;
import io.slotgate.proxy.config.SlotgateConfig;
import io.slotgate.proxy.config.Upstream;
import io.slotgate.topology.model.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A proxy and its admin API, with a real cluster and with none. */
@Timeout(120)
class GatewayStartTest {
    private static final int WORKERS = 2;

    @TempDir
    Path folder;

    private final HttpClient http = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        http.close();
    }

    @Test
    void tellsOfAProxyThatServes() throws IOException, InterruptedException {
        try (LocalCluster cluster = LocalCluster.builder(folder).shards(1).replicas(0).start();
                Gateway gateway = RunningGateway.start(config(cluster.seeds(), 0))) {
            ping(gateway.plainPort());

            assertThat(get(gateway.adminPort(), "/healthz").body()).isEqualTo("ok");
            assertThat(get(gateway.adminPort(), "/readyz").statusCode()).isEqualTo(200);
            List<String> metrics = get(gateway.adminPort(), "/metrics").body().lines().toList();
            assertThat(metrics).contains("slotgate_ready 1.0", "slotgate_topology_shards 1.0",
                    "slotgate_topology_slots_covered 16384.0",
                    "slotgate_worker_responsive{worker=\"0\"} 1.0", "slotgate_worker_responsive{worker=\"1\"} 1.0");
            assertThat(metrics.stream().filter(line -> line.startsWith("slotgate_requests_total{worker="))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' ')))).sum()).isOne();
        }
        await().untilAsserted(() -> assertThat(threads()).isEmpty());
    }

    @Test
    void isHealthyButNotReadyAsLongAsThereIsNoCluster() throws IOException, InterruptedException {
        int admin = portOfOurOwn();
        FutureTask<Gateway> start = new FutureTask<>(() -> RunningGateway.start(config(nowhere(), admin)));
        Thread starter = Thread.ofPlatform().start(start);

        await().ignoreExceptions().until(() -> get(admin, "/healthz").body().equals("ok"));
        assertThat(get(admin, "/readyz").statusCode()).isEqualTo(503);

        starter.interrupt();
        starter.join();
        assertThatThrownBy(start::get).hasCauseInstanceOf(InterruptedException.class);
        await().untilAsserted(() -> assertThat(threads()).isEmpty());
    }

    /** A cluster that can't be reached is waited for; an address in use is told at once. */
    @Test
    void givesUpIfTheAdminApiCannotBeServed() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> RunningGateway.start(config(nowhere(), taken.getLocalPort())))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("admin.endpoint: can't listen on 127.0.0.1:" + taken.getLocalPort());
        }
        await().untilAsserted(() -> assertThat(threads()).isEmpty());
    }

    /** The cluster is known by then, and not all is there that a proxy consists of. */
    @Test
    void leavesNothingOfAStartThatFailsHalfWay() throws IOException, InterruptedException {
        try (LocalCluster cluster = LocalCluster.builder(folder).shards(1).replicas(0).start();
                ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> RunningGateway.start(config(cluster.seeds(), taken.getLocalPort(), -1)))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("listen.plain: can't listen on 127.0.0.1:" + taken.getLocalPort());
            await().untilAsserted(() -> assertThat(threads()).isEmpty());
        }
    }

    @Test
    void servesWithoutAdminApi() throws IOException, InterruptedException {
        try (LocalCluster cluster = LocalCluster.builder(folder).shards(1).replicas(0).start();
                Gateway gateway = RunningGateway.start(config(cluster.seeds(), -1))) {
            ping(gateway.plainPort());

            assertThat(gateway.adminPort()).isEqualTo(-1);
            assertThat(threads()).noneMatch(name -> name.startsWith("slotgate-admin"));
        }
    }

    /** @param adminPort negative for none */
    private static SlotgateConfig config(List<HostPort> seeds, int adminPort) {
        return config(seeds, 0, adminPort);
    }

    private static SlotgateConfig config(List<HostPort> seeds, int plainPort, int adminPort) {
        Listen listen = new Listen(null, null, new Endpoint("127.0.0.1", plainPort), null, null, 16);
        SlotgateConfig defaults = SlotgateConfig.of(listen, Upstream.to(seeds));
        Admin admin = new Admin(adminPort >= 0, new Endpoint("127.0.0.1", Math.max(0, adminPort)));
        return new SlotgateConfig(listen, defaults.upstream(), defaults.topology(), WORKERS, defaults.transport(),
                defaults.auth(), defaults.limits(), admin, null, "slotgate");
    }

    private static List<HostPort> nowhere() {
        return List.of(new HostPort("127.0.0.1", 1));
    }

    /** Below the range from which Linux gives ports to whoever wants any, so that it is not lost before it is bound. */
    private static int portOfOurOwn() {
        return Integer.parseInt(System.getProperty("slotgate.test.ports", "22000-22979").split("-")[0]);
    }

    private HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + port + path);
        return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }

    private static void ping(int port) throws IOException {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            client.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(client.getInputStream().readNBytes(7), StandardCharsets.US_ASCII))
                    .isEqualTo("+PONG\r\n");
        }
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream().map(Thread::getName)
                .filter(name -> name.startsWith("slotgate-")).toList();
    }
}
