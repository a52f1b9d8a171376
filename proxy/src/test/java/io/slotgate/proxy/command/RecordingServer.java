package io.slotgate.proxy.command;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A real server process in cluster mode on the loopback interface, with a directory of its own, for recording its answers. */
final class RecordingServer implements AutoCloseable {
    private final Process process;
    private final Path directory;
    private final int port;

    /** @param binary {@code valkey-server} or {@code redis-server}, on the PATH */
    RecordingServer(String binary) throws IOException {
        port = freePort();
        directory = Files.createTempDirectory("slotgate-recording");
        process = new ProcessBuilder(binary, "--port", Integer.toString(port), "--bind", "127.0.0.1", "--save", "",
                "--cluster-enabled", "yes", "--cluster-node-timeout", "2000", "--dir", directory.toString())
                .redirectErrorStream(true).redirectOutput(directory.resolve("log").toFile()).start();
        awaitPing();
    }

    int port() {
        return port;
    }

    private static int freePort() throws IOException {
        while (true) {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                // The cluster bus takes the port 10000 higher.
                if (socket.getLocalPort() < 55_000) {
                    return socket.getLocalPort();
                }
            }
        }
    }

    private void awaitPing() throws IOException {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (true) {
            try (RespClient client = new RespClient(port)) {
                if ("PONG".equals(client.call("PING"))) {
                    return;
                }
            } catch (IOException e) {
                if (System.nanoTime() > end || !process.isAlive()) {
                    throw new IOException("server: no PONG on port " + port + ", see " + directory.resolve("log"), e);
                }
                Thread.onSpinWait();
            }
        }
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }
}
