package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.deploy.dev.LocalCluster;
import io.slotgate.proxy.ports.TestPorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A new process takes over the port of an old one, and clients that come and go all the time notice nothing. */
@Timeout(240)
class TakeoverIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int CLIENTS = 8;
    private static final int TAKEOVERS = 3;

    @TempDir
    Path folder;

    private final Queue<String> problems = new ConcurrentLinkedQueue<>();
    private final AtomicLong connections = new AtomicLong();
    private volatile boolean ended;

    @Test
    void refusesNobody() throws Exception {
        int port = TestPorts.take();
        int admin = TestPorts.take();
        List<Thread> clients = new ArrayList<>();
        List<Process> processes = new ArrayList<>();
        try (LocalCluster cluster = LocalCluster.builder(folder.resolve("cluster")).shards(3).replicas(0).start()) {
            Path config = Files.writeString(folder.resolve("slotgate.yaml"), """
                    listen: {client: none, read: none, plain: {host: 127.0.0.1, port: %d}, reuse-port: true}
                    upstream: {seeds: ['%s']}
                    workers: 2
                    drain-timeout: 20s
                    admin: {endpoint: {host: 127.0.0.1, port: %d}}
                    """.formatted(port, cluster.seeds().getFirst(), admin));
            Process current = start(config, 0);
            processes.add(current);
            for (int i = 0; i < CLIENTS; i++) {
                int number = i;
                clients.add(Thread.ofPlatform().daemon().start(() -> comeAndGo(number, port)));
            }
            for (int i = 1; i <= TAKEOVERS; i++) {
                some();
                Process next = start(config, i);
                processes.add(next);
                some();
                current.destroy();
                assertThat(current.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
                assertThat(current.exitValue()).isZero();
                current = next;
            }
            some();
            ended = true;
            for (Thread client : clients) {
                client.join(PATIENCE);
            }
            System.out.println("connections during " + TAKEOVERS + " takeovers: " + connections + ", problems: "
                    + problems.size());
            assertThat(problems).isEmpty();
        } finally {
            ended = true;
            processes.forEach(Process::destroyForcibly);
        }
    }

    private void some() {
        long before = connections.get();
        await().atMost(PATIENCE).until(() -> connections.get() > before + 1000 || !problems.isEmpty());
    }

    private void comeAndGo(int number, int port) {
        for (long round = 0; !ended; round++) {
            String key = "k" + number + ":" + round % 100;
            String value = String.valueOf(round);
            try (Wire wire = Wire.open(port)) {
                expect("+OK\r\n", wire.raw("SET", key, value));
                expect("$" + value.length() + "\r\n" + value + "\r\n", wire.raw("GET", key));
                connections.incrementAndGet();
            } catch (IOException e) {
                problems.add(e.toString());
            }
        }
    }

    private void expect(String expected, String answer) {
        if (!answer.equals(expected)) {
            problems.add(answer.strip());
        }
    }

    private Process start(Path config, int number) throws IOException {
        Path log = folder.resolve("log" + number);
        Process started = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m", "-cp", System.getProperty("java.class.path"), "io.slotgate.deploy.Main", "serve",
                "--config",
                config.toString()).redirectError(log.toFile()).start();
        assertThat(started.inputReader().readLine()).as("READY, or see %s", Files.readString(log)).startsWith("READY ");
        return started;
    }
}
