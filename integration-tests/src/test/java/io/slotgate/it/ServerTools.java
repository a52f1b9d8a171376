package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The programs that come with the servers, as people start them: those of Valkey, or else those of Redis. */
final class ServerTools {
    private static final int TIMEOUT_SECONDS = 120;

    private ServerTools() {}

    /** Those of these programs that are installed, in this order. */
    static List<String> installed(String... names) {
        return Stream.of(names).filter(name -> Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)))).toList();
    }

    static String cli() {
        return any("valkey-cli", "redis-cli");
    }

    static String benchmark() {
        return any("valkey-benchmark", "redis-benchmark");
    }

    private static String any(String... names) {
        List<String> installed = installed(names);
        assertThat(installed).as("installed of %s", List.of(names)).isNotEmpty();
        return installed.getFirst();
    }

    /** What connects one of them to the proxy over TLS, and the arguments that follow. */
    static List<String> overTls(String tool, Clients clients, String... arguments) {
        List<String> command = new ArrayList<>(List.of(tool, "--tls", "--cacert", clients.ca().toString(), "-h",
                clients.address().getHost(), "-p", Integer.toString(clients.port())));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Runs one to its end, which has to come and be exit code 0; returns what it said, a character for each byte. */
    static String run(List<String> command, String input) {
        try {
            // Files: whoever writes into a pipe while the program waits for what it said to be read waits for ever.
            Path in = Files.createTempFile("slotgate-it", ".in");
            Path out = Files.createTempFile("slotgate-it", ".out");
            try {
                Files.writeString(in, input, Wire.BYTES);
                int code = exitCode(new ProcessBuilder(command).redirectInput(in.toFile()).redirectErrorStream(true)
                        .redirectOutput(out.toFile()).start());
                String said = Files.readString(out, Wire.BYTES);
                assertThat(code).as("exit code of %s, which said: %s", command, end(said)).isZero();
                return said;
            } finally {
                Files.delete(in);
                Files.delete(out);
            }
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(String.join(" ", command), e);
        }
    }

    private static int exitCode(Process process) throws InterruptedException {
        try {
            assertThat(process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)).as("ended by itself").isTrue();
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }

    private static String end(String said) {
        return said.substring(Math.max(0, said.length() - 2_000));
    }
}
