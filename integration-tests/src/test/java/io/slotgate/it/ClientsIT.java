package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.deploy.dev.LocalNode;
import io.slotgate.proxy.metrics.Metric;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Commands about other clients over both workers, and INFO, against real servers. */
@Timeout(180)
class ClientsIT {
    @RegisterExtension
    static final ProxyFixture proxy = new ProxyFixture().cluster(cluster -> cluster.shards(3).replicas(0));

    /** Clients of the last test may not have been seen to leave yet. */
    @BeforeEach
    void nobodyElseIsThere() throws IOException {
        proxy.awaitIdle();
        for (LocalNode node : proxy.cluster().nodes()) {
            node.call("FLUSHALL");
        }
    }

    /** Enough that each worker has some. */
    private static List<Wire> several() throws IOException {
        List<Wire> wires = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Wire wire = i % 2 == 0 ? proxy.connectPlain() : proxy.connect();
            wire.call("CLIENT", "SETNAME", "several-" + i);
            wires.add(wire);
        }
        return wires;
    }

    private static void close(List<Wire> wires) throws IOException {
        for (Wire wire : wires) {
            wire.close();
        }
    }

    private static List<String> names(Wire wire, String... filter) throws IOException {
        List<String> command = new ArrayList<>(List.of("CLIENT", "LIST"));
        command.addAll(List.of(filter));
        return String.valueOf(wire.call(command.toArray(String[]::new))).lines()
                .map(line -> line.replaceAll(".* name=([^ ]*) .*", "$1")).filter(name -> !name.isEmpty()).toList();
    }

    @Test
    void listsAndKillsClientsOfBothWorkers() throws IOException {
        List<Wire> wires = several();
        try (Wire operator = proxy.connectPlain()) {
            // Given
            assertThat(names(operator)).containsExactly("several-0", "several-1", "several-2", "several-3", "several-4",
                    "several-5", "several-6", "several-7");
            assertThat(String.valueOf(wires.get(3).call("CLIENT", "ID"))).isEqualTo(
                    String.valueOf(operator.call("CLIENT", "LIST")).lines().filter(line -> line.contains("several-3"))
                            .map(line -> line.replaceAll("id=(\\d+) .*", "$1")).collect(Collectors.joining()));

            // When
            Object killed = operator.call("CLIENT", "KILL", "TYPE", "normal");

            // Then
            assertThat(killed).isEqualTo(8L);
            for (Wire wire : wires) {
                assertThat(wire.readToEnd()).isEmpty();
            }
            assertThat(names(operator)).isEmpty();
            assertThat(operator.raw("PING")).isEqualTo("+PONG\r\n");
        }
        close(wires);
    }

    @Test
    void pausesClientsOfBothWorkers() throws IOException {
        List<Wire> wires = several();
        try (Wire operator = proxy.connectPlain()) {
            assertThat(operator.raw("CLIENT", "PAUSE", "600000", "WRITE")).isEqualTo("+OK\r\n");
            for (int i = 0; i < wires.size(); i++) {
                wires.get(i).send("SET", "paused-" + i, "1");
                assertThat(operator.raw("GET", "paused-" + i)).isEqualTo("$-1\r\n");
            }
            await().atMost(ProxyFixture.PATIENCE).until(() -> proxy.metric(Metric.HELD) == 8);
            assertThat(operator.raw("DBSIZE")).isEqualTo(":0\r\n");
            assertThat(operator.raw("CLIENT", "UNPAUSE")).isEqualTo("+OK\r\n");
            for (Wire wire : wires) {
                assertThat(wire.readRaw()).isEqualTo("+OK\r\n");
            }
            operator.call("FLUSHALL");
        }
        close(wires);
    }

    @Test
    void infoIsThatOfTheWholeCluster() throws IOException {
        try (Wire wire = proxy.connectPlain(); Wire resp3 = proxy.connect()) {
            // Given
            resp3.call("HELLO", "3");
            for (int i = 0; i < 100; i++) {
                wire.call("SET", "info-" + i, "v", "EX", i % 2 == 0 ? "1000" : "2000");
            }

            // When
            Map<String, String> info = fields(String.valueOf(wire.call("INFO")));

            // Then
            assertThat(info).containsEntry("cluster_enabled", "1").containsEntry("role", "master")
                    .containsEntry("connected_clients", "2").containsKeys("redis_version", "maxmemory_policy",
                            "used_memory", "used_memory_human", "uptime_in_seconds");
            assertThat(info.get("db0")).startsWith("keys=100,expires=100,avg_ttl=");
            assertThat(resp3.raw("INFO", "keyspace")).startsWith("=").contains("txt:# Keyspace\r\ndb0:keys=100,");
            assertThat(String.valueOf(wire.call("INFO", "server", "clients")).lines()
                    .filter(line -> line.startsWith("#"))).containsExactly("# Server", "# Clients");
            assertThat(String.valueOf(wire.call("INFO", "everything"))).contains("# Commandstats",
                    "cmdstat_set:calls=");
            // On a busy machine even these may be slow.
            await().atMost(ProxyFixture.PATIENCE).until(() -> {
                assertThat(wire.raw("SLOWLOG", "RESET")).isEqualTo("+OK\r\n");
                return wire.raw("SLOWLOG", "LEN").equals(":0\r\n");
            });
            await().atMost(ProxyFixture.PATIENCE).until(() -> {
                assertThat(wire.raw("LATENCY", "RESET")).startsWith(":");
                return wire.raw("LATENCY", "LATEST").equals("*0\r\n");
            });
            assertThat(wire.raw("SLOWLOG", "GET", "x")).startsWith("-ERR ");
            wire.call("FLUSHALL");
        }
    }

    /** As many fields, in the same order, as a node gives, but for those that only a node has. */
    @Test
    void infoHasTheNodesFields() throws IOException {
        try (Wire wire = proxy.connectPlain()) {
            List<String> ours = List.copyOf(names(String.valueOf(wire.call("INFO"))));
            List<String> nodes = names(proxy.cluster().nodes().getFirst().text("INFO"));
            assertThat(nodes).containsAll(ours.stream().filter(name -> !name.startsWith("db")).toList());
            assertThat(nodes).filteredOn(name -> !ours.contains(name) && !name.startsWith("db"))
                    .allMatch(name -> name.matches(
                            "process_id|executable|config_file|listener\\d+|slave\\d+|master_replid2?"));
        }
    }

    @Test
    void noReplyComesOfACommandThatWantsNone() throws IOException {
        try (Wire wire = proxy.connect()) {
            wire.send("CLIENT", "REPLY", "OFF");
            for (int i = 0; i < 5_000; i++) {
                wire.send("SET", "silent-" + i, "v");
            }
            assertThat(wire.raw("CLIENT", "REPLY", "ON")).isEqualTo("+OK\r\n");
            assertThat(wire.raw("DBSIZE")).isEqualTo(":5000\r\n");
            wire.call("FLUSHALL");
        }
    }

    private static Map<String, String> fields(String info) {
        Map<String, String> fields = new TreeMap<>();
        info.lines().filter(line -> line.indexOf(':') > 0)
                .forEach(line -> fields.put(line.substring(0, line.indexOf(':')),
                        line.substring(line.indexOf(':') + 1)));
        return fields;
    }

    private static List<String> names(String info) {
        return info.lines().filter(line -> line.indexOf(':') > 0).map(line -> line.substring(0, line.indexOf(':')))
                .toList();
    }
}
