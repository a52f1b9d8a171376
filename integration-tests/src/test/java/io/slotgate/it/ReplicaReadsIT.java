package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.deploy.dev.LocalNode;
import io.slotgate.proxy.config.ReadPolicy;
import io.slotgate.proxy.config.Reads;
import io.slotgate.proxy.metrics.Metric;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Reads stay in the proxy's zone as long as somebody there can answer them, and go elsewhere, unseen, when nobody can. */
@Timeout(240)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ReplicaReadsIT {
    private static final int KEYS = 300;

    @RegisterExtension
    static final ProxyFixture proxy = new ProxyFixture()
            .cluster(cluster -> cluster.shards(3).replicas(2).zones(List.of("a", "b", "c")))
            .reads("a", new Reads(ReadPolicy.READONLY_SESSIONS, Duration.ofSeconds(2))).nodesFail();

    private static void write() throws IOException {
        try (Wire wire = proxy.connect()) {
            for (int i = 0; i < KEYS; i++) {
                wire.send("SET", "key:" + i, "value:" + i);
            }
            for (int i = 0; i < KEYS; i++) {
                assertThat(wire.readRaw()).isEqualTo("+OK\r\n");
            }
            // All replicas have it.
            assertThat((Long) wire.call("WAIT", "2", "50000")).isEqualTo(2);
        }
    }

    private static void readAll(Wire wire) throws IOException {
        for (int i = 0; i < KEYS; i++) {
            wire.send("GET", "key:" + i);
        }
        for (int i = 0; i < KEYS; i++) {
            assertThat(wire.read()).isEqualTo("value:" + i);
        }
    }

    private static long elsewhere() {
        return proxy.metric(Metric.READS_ACROSS_ZONES) + proxy.metric(Metric.READS_AT_PRIMARY);
    }

    /**
     * Until the channels that a first read asks for are there, on the worker of this connection, and no replica is behind any
     * more, as one may be when it was just written to: so for longer than the proxy's looks at that are apart.
     */
    private static void warm(Wire wire) {
        await().atMost(ProxyFixture.PATIENCE).during(Duration.ofSeconds(2)).until(() -> {
            long before = elsewhere();
            readAll(wire);
            return elsewhere() == before;
        });
    }

    @Test
    @Order(1)
    void readsOfTheReadPortAndOfReadonlySessionsStayInTheZone() throws IOException {
        write();
        try (Wire reader = proxy.connectForReads(); Wire readonly = proxy.connectPlain()) {
            readonly.call("READONLY");
            warm(reader);
            warm(readonly);
            // On a machine that is short of time a replica may be behind for once.
            await().atMost(ProxyFixture.PATIENCE).untilAsserted(() -> allAreReadInTheZone(reader, readonly));
            assertThat(reader.raw("SET", "key:0", "value:0")).isEqualTo("+OK\r\n");
            assertThat(reader.raw("MGET", "key:1", "key:2", "key:3"))
                    .isEqualTo("*3\r\n$7\r\nvalue:1\r\n$7\r\nvalue:2\r\n$7\r\nvalue:3\r\n");
        }
    }

    private static void allAreReadInTheZone(Wire reader, Wire readonly) throws IOException {
        long inZone = proxy.metric(Metric.READS_IN_ZONE);
        long atPrimary = proxy.metric(Metric.READS_AT_NEAR_PRIMARY);
        long elsewhere = elsewhere();
        long crossed = proxy.metric(Metric.COMMANDS_ACROSS_ZONES);
        for (int i = 0; i < 5; i++) {
            readAll(reader);
            readAll(readonly);
        }
        assertThat(proxy.metric(Metric.READS_IN_ZONE) - inZone + proxy.metric(Metric.READS_AT_NEAR_PRIMARY)
                - atPrimary).isEqualTo(10L * KEYS);
        assertThat(proxy.metric(Metric.READS_IN_ZONE)).isGreaterThan(inZone);
        assertThat(elsewhere()).isEqualTo(elsewhere);
        assertThat(proxy.metric(Metric.COMMANDS_ACROSS_ZONES)).isEqualTo(crossed);
    }

    @Test
    @Order(2)
    void aReplicaThatIsCutOffFromItsPrimaryIsNotReadFrom() throws IOException {
        write();
        try (Wire reader = proxy.connectForReads()) {
            warm(reader);
            LocalNode replica = proxy.cluster().nodes().stream()
                    .filter(node -> "a".equals(node.zone()) && isReplica(node)).findFirst().orElseThrow();
            // It keeps asking, and is never let in: what it has gets older.
            replica.call("CONFIG", "SET", "masterauth", "wrong");
            String user = "primaryuser";
            replica.call("CONFIG", "SET", "masteruser", user);
            replica.call("CLIENT", "KILL", "TYPE", "MASTER");
            long before = elsewhere();
            await().atMost(ProxyFixture.PATIENCE).until(() -> {
                readAll(reader);
                return elsewhere() > before;
            });
            replica.call("CONFIG", "SET", "masterauth", "");
            replica.call("CONFIG", "SET", "masteruser", "");
            warm(reader);
        }
    }

    @Test
    @Order(3)
    void readsGoOnWhenReplicasOfTheZoneAreKilled() throws IOException {
        write();
        try (Wire reader = proxy.connectForReads()) {
            warm(reader);
            for (LocalNode node : proxy.cluster().nodes()) {
                if ("a".equals(node.zone()) && isReplica(node)) {
                    node.kill();
                }
                readAll(reader);
            }
            long before = elsewhere();
            readAll(reader);
            assertThat(elsewhere()).isGreaterThan(before);
        }
    }

    private static boolean isReplica(LocalNode node) {
        try {
            return node.text("INFO", "replication").contains("role:slave");
        } catch (IOException e) {
            return false;
        }
    }
}
