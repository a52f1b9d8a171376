package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.deploy.dev.LocalCluster;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that is told to end, by SIGTERM. */
@Timeout(180)
class StopIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    /** Configured is none; and while it lets clients go, its API says so. */
    @Test
    void letsClientsGoForAsLongAsTheSettingsSayNow() throws Exception {
        Path log = folder.resolve("log");
        try (LocalCluster cluster = LocalCluster.builder(folder.resolve("cluster")).shards(3).replicas(0).start();
                HttpClient http = HttpClient.newHttpClient()) {
            Path config = Files.writeString(folder.resolve("slotgate.yaml"), """
                    listen: {client: none, read: none, plain: {host: 127.0.0.1, port: 0}}
                    upstream: {seeds: ['%s']}
                    drain-timeout: 0ms
                    admin: {endpoint: {host: 127.0.0.1, port: 0}}
                    """.formatted(cluster.seeds().getFirst()));
            ProcessBuilder command = new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx256m", "-cp", System.getProperty("java.class.path"), "io.slotgate.deploy.Main", "serve",
                    "--config", config.toString()).redirectError(log.toFile());
            command.environment().put("SLOTGATE_LOG_LEVEL", "info");
            Process slotgate = command.start();
            try {
                String ready = slotgate.inputReader().readLine();
                assertThat(ready).as("READY, or see %s", Files.readString(log)).startsWith("READY ");
                int port = port(ready, "plain=");
                String api = "http://127.0.0.1:" + port(ready, "admin=http://") + "/api/v1";
                try (Wire client = Wire.open(port)) {
                    assertThat(client.call("MULTI")).isEqualTo("OK");
                    assertThat(client.call("SET", "a", "1")).isEqualTo("QUEUED");
                    HttpResponse<String> changed = http.send(HttpRequest.newBuilder(URI.create(api + "/settings"))
                            .header("Content-Type", "application/json")
                            .method("PATCH", BodyPublishers.ofString("{\"set\":{\"drain-timeout\":\"100s\"}}"))
                            .build(), BodyHandlers.ofString());
                    assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);

                    slotgate.destroy();

                    await().atMost(PATIENCE).until(() -> get(http, api + "/status").contains("\"draining\":true"));
                    await().atMost(PATIENCE)
                            .until(() -> get(http, api + "/events").contains("\"kind\":\"drain-began\""));
                    await().atMost(PATIENCE).until(() -> refuses(port));
                    assertThat(client.raw("EXEC")).isEqualTo("*1\r\n+OK\r\n");
                    assertThat(client.readToEnd()).isEmpty();
                }
                assertThat(slotgate.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
                assertThat(slotgate.exitValue()).isZero();
                assertThat(Files.readString(log)).contains("Drained connections=\"0\"");
            } finally {
                slotgate.destroyForcibly();
            }
        }
    }

    private static int port(String ready, String name) {
        String rest = ready.substring(ready.indexOf(name) + name.length()).split(" ")[0];
        return Integer.parseInt(rest.substring(rest.lastIndexOf(':') + 1));
    }

    private static String get(HttpClient http, String uri) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(URI.create(uri)).build(), BodyHandlers.ofString()).body();
    }

    private static boolean refuses(int port) {
        try (Wire wire = Wire.open(port)) {
            return false;
        } catch (IOException refused) {
            return true;
        }
    }
}
