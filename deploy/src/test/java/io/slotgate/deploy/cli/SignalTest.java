package io.slotgate.deploy.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.topology.model.HostPort;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands that run until a signal, each in a JVM of its own, with a gateway that only pretends. */
@Timeout(60)
class SignalTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM"})
    void serveClosesTheGatewayAndEndsWithZero(String signal) throws IOException, InterruptedException {
        Path file = Files.writeString(folder.resolve("slotgate.yaml"),
                "{listen: {client: none, read: none, plain: {port: 0}}, upstream: {seeds: ['127.0.0.1:7000']}}");
        Process slotgate = slotgate("serve", "--config", file.toString());
        try (BufferedReader said = slotgate.inputReader(); BufferedReader complained = slotgate.errorReader()) {
            assertThat(said.readLine()).isEqualTo("READY plain=127.0.0.1:49152 admin=http://127.0.0.1:8080"
                    + " nodes=127.0.0.1:7000");

            send(signal, slotgate);

            assertThat(slotgate.waitFor()).isZero();
            assertThat(said.readLine()).isNull();
            assertThat(complained.lines()).containsExactly("gateway closed");
        } finally {
            slotgate.destroyForcibly();
        }
    }

    @Test
    void devEndsTheNodesItStarted() throws IOException, InterruptedException {
        Process slotgate = slotgate("dev", "--dir", folder.toString(), "--shards", "1", "--replicas", "1");
        try (BufferedReader said = slotgate.inputReader()) {
            String ready = said.readLine();
            assertThat(ready).startsWith("READY tls=localhost:6379 read=localhost:6380 admin=http://localhost:8080 ca="
                    + folder.resolve("ca.pem") + " nodes=127.0.0.1:");
            List<HostPort> nodes = Stream.of(ready.substring(ready.indexOf("nodes=") + 6).split(","))
                    .map(HostPort::parse).toList();
            assertThat(nodes).hasSize(2).noneMatch(SignalTest::isFree);

            send("INT", slotgate);

            assertThat(slotgate.waitFor()).isZero();
            assertThat(nodes).allMatch(SignalTest::isFree);
        } finally {
            slotgate.destroyForcibly();
        }
    }

    @Test
    void devEndsInOrderWhileItStillStarts() throws IOException, InterruptedException {
        Path started = folder.resolve("started");
        Path programs = Files.createDirectory(folder.resolve("programs"));
        // A node that never answers, so that it is still starting, however late the signal comes.
        Path server = Files.writeString(programs.resolve("valkey-server"), """
                #!/bin/sh
                [ "$1" != --version ] || { echo "Valkey server v=8.0.0"; exit; }
                echo $$ >"%s"
                exec sleep 60
                """.formatted(started));
        assertThat(server.toFile().setExecutable(true)).isTrue();
        ProcessBuilder dev = command("dev", "--dir", folder.toString(), "--shards", "1", "--replicas", "0");
        dev.environment().merge("PATH", programs.toString(), (usual, first) -> first + File.pathSeparator + usual);
        Process slotgate = dev.start();
        try (BufferedReader said = slotgate.inputReader(); BufferedReader complained = slotgate.errorReader()) {
            await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(started) && Files.size(started) > 0);

            send("TERM", slotgate);

            assertThat(slotgate.waitFor()).isZero();
            assertThat(said.readLine()).isNull();
            assertThat(complained.readLine()).isNull();
            assertThat(ProcessHandle.of(Long.parseLong(Files.readString(started).strip()))).as("the node").isEmpty();
        } finally {
            slotgate.destroyForcibly();
        }
    }

    @Test
    void devRefusesAFolderThatIsInUse() throws IOException, InterruptedException {
        try (FolderLock lock = FolderLock.take(folder)) {
            Process slotgate = slotgate("dev", "--dir", folder.toString());

            assertThat(slotgate.waitFor()).isOne();
            assertThat(slotgate.errorReader().readLine()).startsWith(folder + ": in use by another slotgate");
            assertThat(lock).isNotNull();
        }
    }

    private static Process slotgate(String... arguments) throws IOException {
        return command(arguments).start();
    }

    private static ProcessBuilder command(String... arguments) {
        // Whoever started the tests in the background may have had SIGINT ignored, and a child inherits that.
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), FakeMain.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command);
    }

    private static void send(String signal, Process process) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("/bin/sh", "-c", "kill -" + signal + " " + process.pid()).start();
        assertThat(kill.waitFor(40, TimeUnit.SECONDS)).isTrue();
    }

    private static boolean isFree(HostPort address) {
        try (ServerSocket socket = new ServerSocket(address.port(), 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    /** The real command line over a pretended gateway. */
    static final class FakeMain {
        public static void main(String[] arguments) {
            System.exit(SlotgateCommand.commandLine(FakeGateway::new).execute(arguments));
        }
    }
}
