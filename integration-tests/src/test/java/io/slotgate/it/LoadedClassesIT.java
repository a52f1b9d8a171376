package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.deploy.dev.LocalCluster;
import io.slotgate.topology.model.HostPort;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A lone proxy loads nothing of what a fleet and DNS records need: neither JGroups nor the AWS SDK. */
@Timeout(120)
class LoadedClassesIT {
    @TempDir
    Path folder;

    @Test
    void aLoneProxyLoadsNothingOfTheFleet() throws Exception {
        Path loaded = folder.resolve("loaded.txt");
        try (LocalCluster cluster = LocalCluster.builder(folder).shards(3).replicas(0).start()) {
            Process proxy = start(cluster.seeds(), loaded);
            try {
                serve(proxy);
            } finally {
                proxy.destroy();
                assertThat(proxy.waitFor(60, TimeUnit.SECONDS)).isTrue();
            }
        }

        try (Stream<String> lines = Files.lines(loaded, StandardCharsets.UTF_8)) {
            List<String> classes = lines.map(line -> line.substring(line.indexOf(']') + 1).strip().split(" ", 2)[0])
                    .toList();
            assertThat(classes).contains("io.slotgate.proxy.server.FleetLink");
            assertThat(classes).noneMatch(name -> name.startsWith("org.jgroups.")
                    || name.startsWith("software.amazon.") || name.equals("io.slotgate.topology.fleet.Fleet"));
        }
    }

    private void serve(Process proxy) throws IOException {
        String ready = proxy.inputReader().readLine();
        assertThat(ready).as("READY, or see %s", Files.readString(folder.resolve("proxy.log"))).startsWith("READY ");
        try (Wire client = Wire.open(HostPort.parse(word(ready, "plain=")).port())) {
            assertThat(client.raw("SET", "k", "v")).isEqualTo("+OK\r\n");
            assertThat(client.raw("INFO")).contains("role:master");
        }
        try (InputStream metrics = URI.create(word(ready, "admin=")).resolve("/metrics").toURL().openStream()) {
            assertThat(new String(metrics.readAllBytes(), StandardCharsets.UTF_8)).contains("slotgate_");
        }
    }

    private static String word(String ready, String name) {
        return Stream.of(ready.split(" ")).filter(each -> each.startsWith(name)).findFirst().orElseThrow()
                .substring(name.length());
    }

    private Process start(List<HostPort> seeds, Path loaded) throws IOException {
        String nodes = String.join(", ", seeds.stream().map(seed -> "'" + seed + "'").toList());
        Path file = Files.writeString(folder.resolve("proxy.yaml"), """
                listen: {client: none, read: none, plain: {host: 127.0.0.1, port: 0}}
                upstream: {seeds: [%s]}
                workers: 1
                admin: {endpoint: {host: 127.0.0.1, port: 0}}
                """.formatted(nodes));
        return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m",
                "-Xlog:class+load:file=" + loaded + ":uptime", "-cp", System.getProperty("java.class.path"),
                "io.slotgate.deploy.Main", "serve", "--config", file.toString())
                .redirectError(folder.resolve("proxy.log").toFile()).start();
    }
}
