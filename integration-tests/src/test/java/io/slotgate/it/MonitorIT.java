package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.deploy.dev.LocalNode;
import io.slotgate.proxy.config.AllowedCommands;
import io.slotgate.proxy.metrics.Metric;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** MONITOR, where it is allowed, shows what clients do at all primaries. */
@Timeout(120)
class MonitorIT {
    private static final List<String> KEYS = List.of("k1", "k2", "k3", "k4", "k5", "k6", "k7", "k8", "k9");

    @RegisterExtension
    static final ProxyFixture proxy = new ProxyFixture().cluster(cluster -> cluster.shards(3).replicas(0))
            .allow(new AllowedCommands(Set.of("monitor")));

    @ParameterizedTest
    @ValueSource(strings = {"2", "3"})
    void showsTheCommandsOfAllPrimariesUntilReset(String protocol) throws IOException {
        try (Wire monitor = proxy.connect(); Wire client = proxy.connect()) {
            monitor.call("HELLO", protocol);
            assertThat(monitor.call("MONITOR")).isEqualTo("OK");
            assertThat(proxy.metric(Metric.MONITORS)).isEqualTo(1);

            for (String key : KEYS) {
                assertThat(client.call("SET", key, "by " + protocol)).isEqualTo("OK");
            }

            Map<String, String> seen = seen(monitor, protocol);
            assertThat(seen.keySet()).containsExactlyInAnyOrderElementsOf(KEYS);
            assertThat(Set.copyOf(seen.values())).as("clients of the nodes").hasSizeGreaterThanOrEqualTo(3);
            assertThat(monitor.raw("GET", "k1")).isEqualTo("-ERR Replica can't interact with the keyspace\r\n");
            // What nodes were asked in the background may be shown before.
            monitor.send("RESET");
            String line = monitor.readRaw();
            while (!line.equals("+RESET\r\n")) {
                assertThat(line).startsWith("+1");
                line = monitor.readRaw();
            }
            assertThat(monitor.call("GET", "k1")).isEqualTo("by " + protocol);
            assertThat(proxy.metric(Metric.MONITORS)).isZero();
        }
        for (LocalNode node : proxy.cluster().nodes()) {
            await().atMost(ProxyFixture.PATIENCE).untilAsserted(() -> assertThat(node.text("CLIENT", "LIST"))
                    .as("connections that monitor").doesNotContain(" cmd=monitor "));
        }
    }

    /** For each key that was set, who set it; what is shown besides goes by. */
    private static Map<String, String> seen(Wire monitor, String protocol) throws IOException {
        Map<String, String> clients = new LinkedHashMap<>();
        while (clients.size() < KEYS.size()) {
            String line = String.valueOf(monitor.read());
            int command = line.indexOf(" \"SET\" \"");
            if (command > 0 && line.endsWith("\" \"by " + protocol + "\"")) {
                assertThat(line).matches("[0-9]+\\.[0-9]{6} \\[0 127\\.0\\.0\\.1:[0-9]+] .*");
                String key = line.substring(command + 8, line.indexOf('"', command + 8));
                clients.put(key, line.substring(line.indexOf('['), line.indexOf(']')));
            }
        }
        return clients;
    }
}
