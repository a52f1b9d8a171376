package io.slotgate.deploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class SlotgateCommandTest {
    private static final String FINE = """
            listen: {client: none, read: none, plain: {port: 0}}
            upstream: {seeds: ["127.0.0.1:7000"]}
            """;

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @ValueSource(strings = {"", "no-such-command", "serve", "check", "serve --config", "check --config a b",
        "version x",
        "dev --port", "dev --port x", "dev --port -1", "dev --port 65536", "dev --plain-port -1", "dev --shards 0",
        "dev --shards 101", "dev --replicas 6", "dev --workers -1", "dev --unknown", "dev --port 7 --read-port 7"})
    void takesWrongArgumentsAsAnErrorOfUsage(String arguments) {
        int code = run(arguments.isEmpty() ? new String[0] : arguments.split(" "));

        assertThat(code).isEqualTo(2);
        assertThat(err.toString()).isNotBlank();
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void checksAFineConfiguration() throws IOException {
        Path file = Files.writeString(folder.resolve("fine.yaml"), FINE);

        assertThat(run("check", "--config", file.toString())).isZero();

        assertThat(out.toString()).isEqualToIgnoringNewLines(file + ": no problem found");
    }

    @Test
    void printsEveryProblemOfABadConfiguration() throws IOException {
        Path file = Files.writeString(folder.resolve("bad.yaml"), FINE + "workers: -1\nzone: a b\nlimit: {}\n");

        assertThat(run("check", "--config", file.toString())).isOne();

        assertThat(out.toString().lines()).containsExactly("workers: -1 (expected: 0..1024)",
                "zone: 'a b' (expected: one word)", "limit: unknown (did you mean limits?)");
    }

    @Test
    void doesNotServeABadConfiguration() throws IOException {
        Path file = Files.writeString(folder.resolve("bad.yaml"), FINE + "workers: -1\nzone: a b\n");

        assertThat(run("serve", "--config", file.toString())).isOne();

        assertThat(err.toString().lines()).containsExactly("workers: -1 (expected: 0..1024)",
                "zone: 'a b' (expected: one word)");
    }

    @Test
    void saysInOneLineWhyItCannotServe() throws IOException {
        Path file = Files.writeString(folder.resolve("fine.yaml"), FINE);

        assertThat(run("serve", "--config", file.toString())).isOne();

        assertThat(err.toString()).isEqualToIgnoringNewLines("127.0.0.1:1: in use");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void saysWhichFileIsMissing() {
        Path absent = folder.resolve("absent.yaml");

        assertThat(run("check", "--config", absent.toString())).isOne();

        assertThat(out.toString()).startsWith(absent + ", no such file");
    }

    @Test
    void saysItsVersion() {
        assertThat(run("version")).isZero();

        assertThat(out.toString()).matches("slotgate \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?\\R");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "dev --help", "serve -h", "check -h", "version -h"})
    void explainsItself(String arguments) {
        assertThat(run(arguments.split(" "))).isZero();

        assertThat(out.toString()).startsWith("Usage: slotgate");
    }

    private int run(String... arguments) {
        CommandLine line = SlotgateCommand.commandLine(config -> {
            throw new IOException("127.0.0.1:1: in use");
        });
        return line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true)).execute(arguments);
    }
}
