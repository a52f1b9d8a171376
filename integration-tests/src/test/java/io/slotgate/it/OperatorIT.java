package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.deploy.cli.SlotgateCommand;
import io.slotgate.topology.model.HostPort;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands for operators at a proxy that runs in front of a real cluster, as {@code slotgate dev} starts it. */
@Timeout(240)
class OperatorIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern SHARD = Pattern.compile("^([0-9a-f]{8})  (\\S+) +primary", Pattern.MULTILINE);

    @TempDir
    static Path folder;

    private static Process proxy;
    private static final Map<String, String> ready = new HashMap<>();

    private String out = "";
    private String err = "";

    @BeforeAll
    static void start() throws IOException {
        proxy = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"), "io.slotgate.deploy.Main", "dev", "--dir",
                folder.resolve("dev").toString(), "--port", "0", "--read-port", "0", "--plain-port", "0",
                "--admin-port",
                "0").redirectError(folder.resolve("log").toFile()).start();
        String line = proxy.inputReader().readLine();
        assertThat(line).as("READY, or see %s", Files.readString(folder.resolve("log"))).startsWith("READY ");
        for (String word : line.substring(6).split(" ")) {
            ready.put(word.substring(0, word.indexOf('=')), word.substring(word.indexOf('=') + 1));
        }
    }

    @AfterAll
    static void stop() throws InterruptedException {
        proxy.destroy();
        assertThat(proxy.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    private int run(String... arguments) {
        StringWriter said = new StringWriter();
        StringWriter complained = new StringWriter();
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--admin", ready.getOrDefault("admin", "")));
        int code = SlotgateCommand.commandLine(config -> {
            throw new IOException("starts nothing");
        }, arguments).setOut(new PrintWriter(said, true)).setErr(new PrintWriter(complained, true))
                .execute(all.toArray(String[]::new));
        out = said.toString();
        err = complained.toString();
        return code;
    }

    private static Wire client() throws IOException {
        return Wire.open(HostPort.parse(ready.getOrDefault("plain", "")).port());
    }

    @Test
    void showsHowThingsAre() throws IOException {
        assertThat(run("status")).isZero();
        assertThat(out).contains("serving   yes", "3 shards, 6 nodes, 16384 of 16384 slots owned");
        assertThat(run("topology")).isZero();
        assertThat(SHARD.matcher(out).results()).hasSize(3);
        assertThat(run("route", "user:{42}")).isZero();
        assertThat(out).contains("slot      8000", "only the hash tag '42' is hashed");
        assertThat(run("proxies")).isZero();
        assertThat(run("plan")).isIn(0, 1);
        assertThat(run("operations")).isZero();
        assertThat(run("audit", "--json")).isZero();
        assertThat(out).startsWith("{\"items\":[");
        try (Wire client = client()) {
            assertThat(client.raw("SET", "k", "v")).isEqualTo("+OK\r\n");
            assertThat(run("top", "--once")).isZero();
        }
        assertThat(out).contains("serving: yes", "requests", "127.0.0.1:").doesNotContain("\u001b");
        assertThat(out.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }

    @Test
    void failsOverAndSaysHowItWent() {
        await().atMost(PATIENCE).until(() -> run("plan") == 0
                && out.lines().filter(line -> line.contains("failover")).allMatch(line -> line.endsWith("yes")));
        assertThat(run("topology")).isZero();
        Matcher shard = SHARD.matcher(out);
        assertThat(shard.find()).isTrue();
        String before = shard.group(2);

        assertThat(run("failover", shard.group(1).substring(0, 6))).as(() -> err).isZero();

        assertThat(out).contains("to take over from " + before).containsPattern("done: \\S+ is primary of");
        assertThat(run("operations")).isZero();
        assertThat(out).contains("failover").contains("done");
        assertThat(run("failover", "none")).isOne();
        assertThat(err).startsWith("shard: none is none (expected: one of ");
    }

    @Test
    void changesSettingsAndTakesThatBack() {
        assertThat(run("settings", "set", "reads.policy=primary")).isZero();
        assertThat(out).contains("reads.policy  readonly-sessions  primary");
        Matcher version = Pattern.compile("version (\\d+)").matcher(out);
        assertThat(version.find()).isTrue();
        assertThat(run("settings", "set", "drain-timeout=3s", "--dry-run")).isZero();
        assertThat(out).contains("drain-timeout  0ms     3s");
        assertThat(run("settings", "set", "drain-timeout=3s")).isZero();
        assertThat(run("settings", "history")).isZero();
        assertThat(out).contains("drain-timeout=3s");

        assertThat(run("settings", "rollback", version.group(1))).isZero();

        assertThat(out).contains("drain-timeout  3s      0ms");
        assertThat(run("settings", "unset", "reads.policy")).isZero();
        assertThat(run("settings", "get", "reads.policy")).isZero();
        assertThat(out).contains("readonly-sessions").doesNotContain("primary");
        assertThat(run("settings", "set", "reads.policy=nonsense")).isOne();
        assertThat(err).contains("reads.policy: 'nonsense' (expected: ");
        assertThat(run("settings", "set", "reads.policy=primary", "--if-version", "0")).isOne();
    }

    @Test
    void closesConnectionsOfClients() throws IOException {
        try (Wire client = client()) {
            assertThat(client.raw("CLIENT", "SETNAME", "victim")).isEqualTo("+OK\r\n");
            assertThat(run("clients", "--name", "victim")).isZero();
            assertThat(out).contains("victim");

            assertThat(run("clients", "kill", "--name", "victim")).isZero();

            assertThat(out.strip()).isEqualTo("1 connections closed");
            assertThat(run("clients", "list", "--name", "victim")).isZero();
            assertThat(out.strip()).isEqualTo("no clients");
        }
        assertThat(run("clients", "kill", "999999")).isOne();
    }

    /** As scripts do, with the address in the environment. */
    @Test
    void isAProgram() throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp", System.getProperty("java.class.path"), "io.slotgate.deploy.Main", "status", "--json");
        builder.environment().put("SLOTGATE_ADMIN", ready.getOrDefault("admin", ""));
        Process program = builder.start();

        assertThat(program.inputReader().readLine()).startsWith("{\"version\":");
        assertThat(program.waitFor()).isZero();
    }
}
