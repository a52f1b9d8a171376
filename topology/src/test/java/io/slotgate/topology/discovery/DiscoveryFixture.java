package io.slotgate.topology.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.topology.model.Health;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Node;
import io.slotgate.topology.model.SlotMap;
import io.slotgate.topology.table.TopologyTable;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** Two nodes that answer whatever a test wants; a seldom interval, so that what happens was asked for. */
abstract class DiscoveryFixture {
    static final Duration SELDOM = Duration.ofMinutes(10);
    static final Duration GAP = Duration.ofMillis(20);
    static final Duration TIMEOUT = Duration.ofSeconds(5);
    static final Duration IMPATIENT = Duration.ofMillis(300);
    static final String A = "a".repeat(40);
    static final String B = "b".repeat(40);

    final TopologyTable table = new TopologyTable();
    final FakeNode a = new FakeNode();
    final FakeNode b = new FakeNode();
    @Nullable
    Discovery discovery;

    @AfterEach
    void close() {
        if (discovery != null) {
            discovery.close();
        }
        a.close();
        b.close();
    }

    Discovery discover(Duration interval, @Nullable Duration gap, HostPort... seeds) {
        Discovery created = new Discovery(
                new ClusterAccess(Arrays.asList(seeds), null, null, null, TIMEOUT, TIMEOUT),
                new DiscoverySettings(interval, gap == null ? GAP : gap, 3), table);
        discovery = created;
        return created;
    }

    void refreshUntil(Callable<Boolean> holds) {
        await().until(() -> {
            if (discovery != null) {
                discovery.requestRefresh("test");
            }
            return holds.call();
        });
    }

    void healthy() {
        a.answer(cluster(A, 1, "0-8191", 2, "8192-16383"));
        b.answer(cluster(B, 1, "0-8191", 2, "8192-16383"));
    }

    FakeNode.Answers cluster(String asked, long epochOfA, String slotsOfA, long epochOfB, String slotsOfB) {
        return command -> standard(command, asked.equals(A) ? "a" : "b",
                line(A, a.address(), asked.equals(A) ? "myself,master" : "master", epochOfA, slotsOfA),
                line(B, b.address(), asked.equals(B) ? "myself,master" : "master", epochOfB, slotsOfB));
    }

    static String standard(String command, String name, String... lines) {
        if (command.equals("CLUSTER NODES")) {
            return FakeNode.bulk(String.join("", lines));
        }
        return switch (command) {
            case "INFO", "INFO SERVER" -> FakeNode.bulk("# Server\r\navailability_zone:z" + name + "\r\n");
            case "CLUSTER MYSHARDID" -> FakeNode.bulk("shard-" + name);
            case "COMMAND" -> "*1\r\n*3\r\n$3\r\nget\r\n:2\r\n*2\r\n+readonly\r\n+fast\r\n";
            default -> command.startsWith("AUTH") || command.startsWith("CLIENT")
                    ? "+OK\r\n"
                    : "-ERR unknown command\r\n";
        };
    }

    static String line(String id, HostPort address, String flags, long epoch, String slots) {
        return id + " " + address + "@1 " + flags + " - 0 0 " + epoch + " connected"
                + (slots.isEmpty() ? "" : " " + slots) + "\n";
    }

    @Nullable
    Health health(String id) {
        Node node = table.current().node(id);
        return node == null ? null : node.health();
    }

    static Node primary(SlotMap map, int slot) {
        Node primary = map.primary(slot);
        assertThat(primary).isNotNull();
        return primary;
    }

    /** Nobody listens there, as on none of the ports that only the system's own services may take. */
    static HostPort closedPort() {
        return new HostPort("127.0.0.1", 1);
    }
}
