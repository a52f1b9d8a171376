package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.uring.IoUring;
import io.slotgate.topology.model.HostPort;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./slotgate} as its users start it: arguments, READY line, signals, exit codes. */
@Timeout(120)
class LauncherIT {
    @TempDir
    Path folder;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void endWhatWasStarted() throws InterruptedException {
        for (Process process : started) {
            process.destroyForcibly();
            process.waitFor();
        }
    }

    @Test
    void devServesAndEndsWithEverythingItStarted() throws Exception {
        // Given
        Process slotgate = slotgate("dev", "--dir", folder.toString(), "--port", "0", "--read-port", "0",
                "--plain-port", "0", "--admin-port", "0", "--shards", "3", "--replicas", "1", "--workers", "1");
        try (BufferedReader said = slotgate.inputReader()) {
            // When
            Map<String, String> ready = SlotgateDev.ready(said.readLine());

            // Then
            assertThat(ready).containsOnlyKeys("tls", "read", "plain", "admin", "ca", "nodes");
            Path ca = Path.of(ready.getOrDefault("ca", ""));
            for (String listener : List.of("tls", "read")) {
                HostPort address = HostPort.parse(ready.getOrDefault(listener, ""));
                try (Wire client = Wire.open(Certificates.trusting(ca), address.port())) {
                    assertThat(client.raw("MSET", "a", "1", "b", "2", "c", listener)).isEqualTo("+OK\r\n");
                    assertThat(client.call("MGET", "a", "b", "c")).isEqualTo(List.of("1", "2", listener));
                }
            }
            try (Wire client = Wire.open(HostPort.parse(ready.getOrDefault("plain", "")).port())) {
                assertThat(client.call("DBSIZE")).isEqualTo(3L);
            }
            String admin = ready.getOrDefault("admin", "");
            assertThat(get(admin + "/healthz")).isEqualTo(200);
            assertThat(get(admin + "/readyz")).isEqualTo(200);
            assertThat(get(admin + "/metrics")).isEqualTo(200);
            // What the launcher says it is, the proxy says of itself: it is in the jars.
            String version = said(slotgate("version")).replace("slotgate ", "").strip();
            assertThat(said(slotgate("status", "--admin", admin, "--json")))
                    .contains("\"version\":\"" + version + "\"");
            List<HostPort> nodes = new ArrayList<>();
            for (String node : ready.getOrDefault("nodes", "").split(",")) {
                nodes.add(HostPort.parse(node));
            }
            assertThat(nodes).hasSize(6);
            List<Long> pids = new ArrayList<>();
            for (HostPort node : nodes) {
                pids.add(pid(node));
            }

            slotgate.toHandle().destroy();

            assertThat(slotgate.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(slotgate.exitValue()).isZero();
            assertThat(said.readLine()).isNull();
            assertThat(pids).noneMatch(pid -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent());
            assertThat(nodes).noneMatch(LauncherIT::listens);
        }
    }

    @Test
    void serveRunsFromAFile() throws Exception {
        Process dev = slotgate("dev", "--dir", folder.toString(), "--port", "0", "--read-port", "0", "--admin-port",
                "0",
                "--shards", "1", "--replicas", "0", "--workers", "1");
        try (BufferedReader saidByDev = dev.inputReader()) {
            String nodes = SlotgateDev.ready(saidByDev.readLine()).getOrDefault("nodes", "");

            serves(nodes, "auto", Map.of());
            // As where neither epoll nor BoringSSL's library loads.
            serves(nodes, "auto", Map.of("SLOTGATE_JVM_OPTS",
                    "-Dio.netty.transport.noNative=true -Dio.netty.handler.ssl.noOpenSsl=true"));
            if (IoUring.isAvailable()) {
                serves(nodes, "io-uring", Map.of());
            }
        }
    }

    private void serves(String nodes, String transport, Map<String, String> environment) throws Exception {
        Path file = Files.writeString(folder.resolve("serve.yaml"), """
                listen:
                  client: {host: 127.0.0.1, port: 0}
                  read: none
                  tls: {certificate: server.pem, key: server.key}
                upstream:
                  seeds: ['%s']
                transport: %s
                admin:
                  enabled: false
                """.formatted(nodes, transport));
        Process serve = slotgate(environment, "serve", "--config", file.toString());
        try (BufferedReader said = serve.inputReader()) {
            Map<String, String> ready = SlotgateDev.ready(said.readLine());
            assertThat(ready).containsOnlyKeys("tls", "nodes");
            int port = HostPort.parse(ready.getOrDefault("tls", "")).port();
            LargeValue value = new LargeValue(1 << 20, 1);
            try (Wire client = Wire.open(Certificates.trusting(folder.resolve("ca.pem")), port)) {
                assertThat(client.raw("SET", "a", "1")).isEqualTo("+OK\r\n");
                value.set(client, "large");
                value.get(client, "large");
            }

            serve.toHandle().destroy();

            assertThat(serve.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(serve.exitValue()).isZero();
        }
    }

    @Test
    void checkTellsEveryProblemAndItsExitCode() throws Exception {
        Path good = Files.writeString(folder.resolve("good.yaml"),
                "{listen: {client: none, read: none, plain: {port: 0}}, upstream: {seeds: ['127.0.0.1:7000']}}");
        Path bad = Files.writeString(folder.resolve("bad.yaml"),
                "{listen: {plain: {port: -1}, nosuch: 1}, workers: many, upstream: {seeds: []}}");

        assertThat(ended(slotgate("check", "--config", good.toString()))).isZero();

        Process check = slotgate("check", "--config", bad.toString());
        String complained = new String(check.getErrorStream().readAllBytes(), Wire.BYTES)
                + new String(check.getInputStream().readAllBytes(), Wire.BYTES);
        assertThat(ended(check)).isEqualTo(1);
        assertThat(complained).contains("listen.plain.port: -1", "listen.nosuch", "workers", "upstream.seeds");

        assertThat(ended(slotgate("check", "--config", folder.resolve("none.yaml").toString()))).isEqualTo(1);
    }

    @Test
    void versionIsOneLine() throws Exception {
        Process version = slotgate("version");
        assertThat(new String(version.getInputStream().readAllBytes(), Wire.BYTES).lines()).singleElement().asString()
                .matches(".*\\d+\\.\\d+\\.\\d+.*");
        assertThat(ended(version)).isZero();
    }

    @Test
    void wrongArgumentsAreExplained() throws Exception {
        Process wrong = slotgate("dev", "--nosuch");
        assertThat(new String(wrong.getErrorStream().readAllBytes(), Wire.BYTES)).contains("--nosuch");
        assertThat(ended(wrong)).isEqualTo(2);
    }

    private Process slotgate(String... arguments) throws IOException {
        return slotgate(Map.of(), arguments);
    }

    private Process slotgate(Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(SlotgateDev.LAUNCHER.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private static String said(Process process) throws Exception {
        String said = new String(process.getInputStream().readAllBytes(), Wire.BYTES);
        assertThat(ended(process)).as(said).isZero();
        return said;
    }

    private static int ended(Process process) throws InterruptedException {
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private static long pid(HostPort node) throws IOException {
        try (Wire wire = Wire.open(node.port())) {
            String info = String.valueOf(wire.call("INFO", "server"));
            return info.lines().filter(line -> line.startsWith("process_id:"))
                    .mapToLong(line -> Long.parseLong(line.substring(11))).findFirst().orElseThrow();
        }
    }

    private static boolean listens(HostPort address) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), address.port())) {
            return socket.isConnected();
        } catch (IOException refused) {
            return false;
        }
    }

    private static int get(String address) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) URI.create(address).toURL().openConnection();
        try {
            return connection.getResponseCode();
        } finally {
            connection.disconnect();
        }
    }
}
