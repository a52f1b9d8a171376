package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.topology.model.HostPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * {@code ./slotgate dev} as its users start it, once for a test class: a proxy and three shards with a replica each, all of them
 * processes of their own, of which nothing is known but the READY line.
 */
final class SlotgateDev implements BeforeAllCallback, AfterAllCallback {
    static final Path LAUNCHER = Path.of("..", "slotgate").toAbsolutePath().normalize();
    private static final int SHARDS = 3;

    private final Map<String, String> ready = new HashMap<>();
    private @Nullable Path folder;
    private @Nullable Process process;

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        Path made = Files.createTempDirectory("slotgate-it-dev");
        folder = made;
        Path log = made.resolve("log");
        Process started = new ProcessBuilder(LAUNCHER.toString(), "dev", "--dir", made.resolve("dev").toString(),
                "--port", "0", "--read-port", "0", "--admin-port", "0").redirectError(log.toFile()).start();
        process = started;
        String line = started.inputReader().readLine();
        assertThat(line).as("READY, or see %s", Files.readString(log)).isNotNull();
        ready.putAll(ready(line));
        beForbearing();
    }

    /** What the line says, by the word before the equals sign. */
    static Map<String, String> ready(@Nullable String line) {
        assertThat(line).as("first line of standard output").isNotNull().startsWith("READY ");
        Map<String, String> values = new HashMap<>();
        for (String word : String.valueOf(line).substring(6).split(" ")) {
            values.put(word.substring(0, word.indexOf('=')), word.substring(word.indexOf('=') + 1));
        }
        return values;
    }

    /** Nodes give each other all the time that a busy machine takes: a failover may lose writes, which is no fault of the proxy. */
    private void beForbearing() throws IOException {
        for (HostPort node : nodes()) {
            try (Wire wire = Wire.open(node.port())) {
                assertThat(wire.call("CONFIG", "SET", "cluster-node-timeout",
                        Long.toString(ProxyFixture.PATIENCE.toMillis()))).isEqualTo("OK");
            }
        }
    }

    Clients clients() throws IOException {
        Path ca = Path.of(said("ca"));
        return new Clients(HostPort.parse(said("tls")).port(), Certificates.trusting(ca), ca);
    }

    /** A connection over TLS. */
    Wire connect() throws IOException {
        return Wire.open(Certificates.trusting(Path.of(said("ca"))), HostPort.parse(said("tls")).port());
    }

    /** The nodes that were made primaries, in the order of their slots. */
    List<HostPort> primaries() {
        return nodes().subList(0, SHARDS);
    }

    private List<HostPort> nodes() {
        return Arrays.stream(said("nodes").split(",")).map(HostPort::parse).toList();
    }

    /** A figure of {@code /metrics}, added up over the workers. */
    double metric(String name) {
        int port = HostPort.parse(said("admin").replace("http://", "")).port();
        List<String> lines = AdminCalls.get(port, "/metrics", null).body().lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " ")).toList();
        assertThat(lines).as(name).isNotEmpty();
        return lines.stream().mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))).sum();
    }

    private String said(String name) {
        String value = ready.get(name);
        if (value == null) {
            throw new IllegalStateException("the READY line says nothing of " + name + ": " + ready);
        }
        return value;
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException, InterruptedException {
        if (process != null) {
            // By the handle: destroy() of the process itself would close its streams, too.
            process.toHandle().destroy();
            boolean ended = process.waitFor(ProxyFixture.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            // Its nodes end with it, however it does.
            process.destroyForcibly().waitFor();
            assertThat(ended).as("ended when it was asked to").isTrue();
            assertThat(process.exitValue()).isZero();
        }
        if (folder != null) {
            ProxyFixture.delete(folder);
        }
    }
}
