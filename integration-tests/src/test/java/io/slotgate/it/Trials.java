package io.slotgate.it;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.deploy.dev.LocalCluster;
import io.slotgate.deploy.dev.LocalNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Lets something happen to a cluster under the mixed load, and says what has to hold. Figures are added to
 * {@code target/reliability.md}; no time is asserted. {@code -Dreliability.long=true} makes trials longer, larger, and compares
 * them with a client that goes straight to the nodes.
 */
final class Trials {
    static final boolean LONG = Boolean.getBoolean("reliability.long");
    private static final Path FIGURES = Path.of("target", "reliability.md");
    private static final Path STALLS = Path.of("target", "stalls.md");
    private static final String STALLS_HEAD = """
            | longest stall, keys only | Slotgate | Lettuce direct | ratio of the medians |
            | --- | --- | --- | ---: |
            """;
    private static final Path TAKE_OVERS = Path.of("target", "take-overs.md");
    private static final String TAKE_OVERS_HEAD = """
            | what | the replica took its first write after | longest stall |
            | --- | ---: | ---: |
            """;
    private static final int ROUNDS = 5;
    private static final Duration BEFORE = Duration.ofMillis(LONG ? 5000 : 1000);
    private static final Duration AFTER = Duration.ofMillis(LONG ? 3000 : 1000);
    private static final Set<String> UNCERTAIN_WRITES = Set.of("UNCERTAIN SET", "UNCERTAIN INCR",
            "UNCERTAIN EXEC in MULTI", "UNCERTAIN RPUSH", "UNCERTAIN BLPOP", "UNCERTAIN PUBLISH",
            "UNCERTAIN SPUBLISH");

    /** What happens. */
    @FunctionalInterface
    interface Event {
        void happen(MixedLoad load) throws Exception;
    }

    private Trials() {}

    /** Hash tags of a trial's own, so that its keys are new. */
    static MixedLoad.Settings settings(String prefix) {
        List<String> tags = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            tags.add(prefix + i);
        }
        return MixedLoad.Settings.on(tags);
    }

    /** Has {@code event} happen under load through the proxy. */
    static LoadReport through(ProxyFixture proxy, String name, MixedLoad.Settings settings, Event event)
            throws Exception {
        return run(MixedLoad.through(proxy, settings), name, event);
    }

    /** The same with Lettuce's cluster client, keys only, for comparison. */
    static LoadReport direct(LocalCluster cluster, String name, MixedLoad.Settings settings, Event event)
            throws Exception {
        return run(MixedLoad.by(number -> new LettuceLoadClient(cluster), settings), name + ", Lettuce direct", event);
    }

    /** What has to be there before the load begins. */
    @FunctionalInterface
    interface Preparation {
        void prepare() throws IOException;
    }

    /** As {@link #compare(ProxyFixture, String, MixedLoad.Settings, Preparation, Event)}, on a cluster that is empty. */
    static void compare(ProxyFixture proxy, String name, MixedLoad.Settings settings, Event event) throws Exception {
        compare(proxy, name, settings, () -> {}, event);
    }

    /**
     * Has {@code event} happen again and again under the load that both can carry, in turn through the proxy and directly, each time
     * on a cluster with nothing but what {@code preparation} puts there, for a history begins with keys that are not there. Stalls are
     * added to {@code target/stalls.md}.
     */
    static void compare(ProxyFixture proxy, String name, MixedLoad.Settings settings, Preparation preparation,
            Event event)
            throws Exception {
        List<Long> through = new ArrayList<>();
        List<Long> direct = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            clear(proxy);
            preparation.prepare();
            LoadReport report = run(MixedLoad.keysThrough(proxy, settings), name + ", keys only", event);
            assertThat(report.errors()).as("errors").isEmpty();
            assertThat(report.violations()).as("violations").isEmpty();
            through.add(report.longest());
            clear(proxy);
            preparation.prepare();
            direct.add(direct(proxy.cluster(), name, settings, event).longest());
        }
        append(STALLS, STALLS_HEAD, String.format(Locale.ROOT, "| %s | %s | %s | %.2f |%n", name, millis(through),
                millis(direct), (double) median(through) / median(direct)));
    }

    /** Adds to {@code target/take-overs.md} how long the cluster itself was without a primary, and the longest stall beside it. */
    static void noteTakeOver(String name, long nanos, LoadReport report) throws IOException {
        append(TAKE_OVERS, TAKE_OVERS_HEAD,
                String.format(Locale.ROOT, "| %s | %s | %s |%n", name, millis(List.of(nanos)),
                        millis(List.of(report.longest()))));
    }

    private static void clear(ProxyFixture proxy) throws IOException {
        try (Wire client = proxy.connect()) {
            assertThat(client.call("FLUSHALL")).isEqualTo("OK");
        }
    }

    private static long median(List<Long> figures) {
        return figures.stream().sorted().toList().get(figures.size() / 2);
    }

    private static String millis(List<Long> nanos) {
        return nanos.stream().map(figure -> Long.toString(figure / 1_000_000)).collect(joining(", ", "", " ms"));
    }

    /** Has {@code event} happen under load by another way. */
    static LoadReport behind(LoadClient.Door door, String name, MixedLoad.Settings settings, Event event)
            throws Exception {
        return run(MixedLoad.behind(door, settings), name, event);
    }

    private static LoadReport run(MixedLoad load, String name, Event event) throws Exception {
        try (load) {
            load.start();
            load.goOn(BEFORE);
            load.begins();
            event.happen(load);
            load.ends();
            load.goOn(AFTER);
            LoadReport report = load.finish();
            append(FIGURES, LoadReport.HEAD, report.row(name));
            return report;
        }
    }

    private static void append(Path file, String head, String row) throws IOException {
        if (!Files.exists(file)) {
            Files.writeString(file, head);
        }
        Files.writeString(file, row, StandardOpenOption.APPEND);
    }

    // ---- what has to hold

    /** Planned work: nobody notices anything. */
    static void assertUnnoticed(LoadReport report) {
        assertThat(report.errors()).as("errors").isEmpty();
        assertThat(report.violations()).as("violations").isEmpty();
        assertThat(report.outOfOrder()).as("out of order").isEmpty();
    }

    /**
     * No channel changes its node: every message comes once and in order. Where one does, what was published at the former node
     * may come to the new one, through the cluster, behind what is published there, or when it has been passed on already.
     */
    static void assertMessagesComplete(LoadReport report) {
        assertThat(report.repeated()).as("messages again").isEmpty();
        assertThat(report.missing()).as("messages missed").isZero();
    }

    /** A crash: writes in flight may be uncertain, and everything else is right. */
    static void assertHonest(LoadReport report) {
        assertThat(report.errors().keySet()).as("errors: %s", report.errors()).isSubsetOf(UNCERTAIN_WRITES);
        assertThat(report.violations()).as("violations").isEmpty();
    }

    /** As {@link #assertHonest}, of one crash: no client has errors of more than it had under way then. */
    static void assertNoMoreThanInFlight(LoadReport report) {
        assertHonest(report);
        assertThat(report.errorRounds()).as("rounds of one client with errors: %s", report.errors())
                .isLessThanOrEqualTo(1);
    }

    // ---- nodes

    static void awaitStable(LocalCluster cluster) throws IOException {
        cluster.awaitStable(ProxyFixture.PATIENCE);
    }

    /** The replica of a primary. */
    static LocalNode replicaOf(LocalCluster cluster, LocalNode primary) throws IOException {
        String id = primary.id();
        for (String line : primary.text("CLUSTER", "NODES").lines().toList()) {
            String[] fields = line.split(" ");
            if (fields[2].contains("slave") && fields[3].equals(id)) {
                String address = fields[1].substring(0, fields[1].indexOf('@'));
                return cluster.nodes().stream().filter(node -> node.address().toString().equals(address)).findFirst()
                        .orElseThrow(() -> new AssertionError("a node at " + address));
            }
        }
        throw new AssertionError("no replica of " + primary);
    }

    /** Returns as soon as a node takes a write: then it is a primary. */
    static void awaitWrite(LocalNode node, String key) throws IOException {
        try (Wire wire = Wire.open(node.address().port())) {
            await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).atMost(ProxyFixture.PATIENCE)
                    .until(() -> "OK".equals(wire.call("SET", key, "x")));
        }
    }

    static boolean isPrimary(LocalNode node) throws IOException {
        return node.text("INFO", "replication").contains("role:master");
    }

    /** Lets the replica of a slot's primary take over, and returns when all agree on that. */
    static void failOver(LocalCluster cluster, int slot) throws IOException {
        LocalNode replica = replicaOf(cluster, cluster.owner(slot));
        assertThat(replica.text("CLUSTER", "FAILOVER")).isEqualTo("OK");
        await().atMost(ProxyFixture.PATIENCE).until(() -> cluster.owner(slot) == replica);
        awaitStable(cluster);
    }

    /** A slot's owner as another node than the stopped one sees it, when it is no longer that. */
    static LocalNode ownerBesides(LocalCluster cluster, LocalNode stopped, int slot) {
        LocalNode witness = cluster.nodes().stream().filter(node -> node != stopped).findFirst().orElseThrow();
        String[] found = new String[1];
        await().atMost(ProxyFixture.PATIENCE).until(() -> {
            found[0] = witness.text("CLUSTER", "NODES").lines().filter(line -> owns(line, slot))
                    .map(line -> line.split(" ")[1].replaceAll("@.*", "")).findFirst().orElse("");
            return !found[0].isEmpty() && !found[0].equals(stopped.address().toString());
        });
        return cluster.nodes().stream().filter(node -> node.address().toString().equals(found[0])).findFirst()
                .orElseThrow();
    }

    private static boolean owns(String line, int slot) {
        String[] fields = line.split(" ");
        for (int i = 8; i < fields.length; i++) {
            if (!fields[i].startsWith("[")) {
                String[] ends = fields[i].split("-");
                if (Integer.parseInt(ends[0]) <= slot && slot <= Integer.parseInt(ends[ends.length - 1])) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Returns when all nodes know one that was added, and it them. */
    static void awaitKnown(LocalCluster cluster, LocalNode added) throws IOException {
        String id = added.id();
        for (LocalNode node : cluster.nodes()) {
            await().atMost(ProxyFixture.PATIENCE).until(() -> node.text("CLUSTER", "NODES").lines()
                    .anyMatch(line -> line.startsWith(id) && !line.contains("handshake")));
        }
        await().atMost(ProxyFixture.PATIENCE).until(
                () -> added.text("CLUSTER", "INFO").contains("cluster_state:ok"));
    }
}
