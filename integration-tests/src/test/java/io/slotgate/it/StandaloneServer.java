package io.slotgate.it;

import static org.awaitility.Awaitility.await;

import io.slotgate.deploy.dev.ServerBinary;
import io.slotgate.proxy.ports.TestPorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** One server, of the kind the clusters have, that is no cluster: what it answers is what the proxy in front of a cluster has to answer. */
final class StandaloneServer implements BeforeAllCallback, AfterAllCallback {
    private @Nullable Process process;
    private @Nullable Path folder;
    private int port;

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        port = TestPorts.take();
        Path made = Files.createTempDirectory("slotgate-it-standalone");
        folder = made;
        String server = ServerBinary.find(made).executable().toString();
        Process started = new ProcessBuilder(server, "--port", Integer.toString(port), "--bind", "127.0.0.1",
                "--save", "", "--dir", made.toString(), "--logfile", made.resolve("server.log").toString()).start();
        process = started;
        await().atMost(ProxyFixture.PATIENCE).ignoreExceptionsInstanceOf(IOException.class).until(() -> {
            if (!started.isAlive()) {
                throw new IllegalStateException(server + " ended with " + started.exitValue());
            }
            try (Wire wire = connect()) {
                return wire.raw("PING").equals("+PONG\r\n");
            }
        });
    }

    Wire connect() throws IOException {
        return Wire.open(port);
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException, InterruptedException {
        if (process != null) {
            process.destroyForcibly();
            process.waitFor(10, TimeUnit.SECONDS);
            process = null;
        }
        if (folder != null) {
            ProxyFixture.delete(folder);
            folder = null;
        }
    }
}
