package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.deploy.dev.LocalNode;
import io.slotgate.proxy.config.Upstream;
import io.slotgate.proxy.metrics.Metric;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** All workers go to a node by one connection ({@code upstream.channels-per-node: 1}), and clients notice nothing. */
@Timeout(240)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SharedConnectionsIT {
    private static final int SHARDS = 3;
    private static final int SLOTS = 16_384;

    @RegisterExtension
    static final ProxyFixture proxy = new ProxyFixture().upstream(SharedConnectionsIT::shared).nodesFail();

    private static Upstream shared(Upstream usual) {
        return new Upstream(usual.seeds(), null, null, null, usual.connectTimeout(), usual.reconnectMin(),
                Duration.ofMillis(200), Duration.ofSeconds(60), usual.answerTimeout(), usual.replayWrites(), 1);
    }

    @Test
    @Order(1)
    void clientsOfAllWorkersGetTheirOwnRepliesInOrder() throws IOException {
        List<Wire> clients = new ArrayList<>();
        try {
            // Given
            for (int i = 0; i < 16; i++) {
                clients.add(i % 2 == 0 ? proxy.connect() : proxy.connectPlain());
            }
            String large = "x".repeat(300_000);
            // When
            for (int i = 0; i < clients.size(); i++) {
                ByteArrayOutputStream commands = new ByteArrayOutputStream();
                for (int n = 0; n < 200; n++) {
                    String key = "key" + i + "." + n;
                    commands.writeBytes(Wire.command("SET", key, n % 100 == 7 ? large : "value " + i + "." + n));
                    commands.writeBytes(Wire.command("MULTI"));
                    commands.writeBytes(Wire.command("APPEND", key, "!"));
                    commands.writeBytes(Wire.command("STRLEN", key));
                    commands.writeBytes(Wire.command("EXEC"));
                    commands.writeBytes(Wire.command("GET", key));
                }
                Wire client = clients.get(i);
                Thread.ofVirtual().start(() -> write(client, commands));
            }
            // Then
            for (int n = 0; n < 200; n++) {
                for (int i = 0; i < clients.size(); i++) {
                    Wire client = clients.get(i);
                    String value = (n % 100 == 7 ? large : "value " + i + "." + n) + "!";
                    long length = value.length();
                    assertThat(client.read()).isEqualTo("OK");
                    assertThat(client.read()).isEqualTo("OK");
                    assertThat(client.read()).isEqualTo("QUEUED");
                    assertThat(client.read()).isEqualTo("QUEUED");
                    assertThat(client.read()).isEqualTo(List.of(length, length));
                    assertThat(client.read()).isEqualTo(value);
                }
            }
            assertThat(proxy.metric(Metric.TRUNKS)).as("RESP2 only, to primaries").isEqualTo(SHARDS);
            assertThat(proxy.metric(Metric.HANDED_OFF)).isPositive();
        } finally {
            for (Wire client : clients) {
                client.close();
            }
        }
    }

    private static void write(Wire client, ByteArrayOutputStream commands) {
        try {
            client.write(commands.toByteArray());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @Order(2)
    void readsOfAllWorkersShareAConnectionToAReplica() throws IOException {
        try (Wire writer = proxy.connect()) {
            assertThat(writer.raw("SET", "read", "v")).isEqualTo("+OK\r\n");
            assertThat(writer.call("WAIT", "1", "50000")).isEqualTo(1L);
        }
        for (int i = 0; i < 8; i++) {
            try (Wire reader = proxy.connectForReads()) {
                assertThat(reader.call("GET", "read")).isEqualTo("v");
            }
        }
        await().atMost(ProxyFixture.PATIENCE)
                .untilAsserted(() -> assertThat(proxy.metric(Metric.TRUNKS)).isBetween(SHARDS + 1L, 2L * SHARDS));
    }

    @Test
    @Order(3)
    void aPlannedFailoverIsNotNoticed() throws Exception {
        LoadReport report = Trials.through(proxy, "planned failover by shared connections", Trials.settings("sc"),
                load -> {
                    for (int shard = 0; shard < SHARDS; shard++) {
                        Trials.failOver(proxy.cluster(), shard * SLOTS / SHARDS + 1);
                    }
                });

        Trials.assertUnnoticed(report);
    }

    @Test
    @Order(4)
    void aPrimaryThatIsKilledCostsWhatWasInFlight() throws Exception {
        LoadReport report = Trials.through(proxy, "kill -9 of a primary by shared connections", Trials.settings("sk"),
                load -> {
                    LocalNode primary = proxy.cluster().owner(1);
                    primary.kill();
                    await().atMost(ProxyFixture.PATIENCE).ignoreExceptionsInstanceOf(IOException.class)
                            .until(() -> proxy.cluster().owner(1) != primary);
                    load.awaitRequests(2000);
                    primary.restart();
                    Trials.awaitStable(proxy.cluster());
                });

        Trials.assertHonest(report);
    }
}
