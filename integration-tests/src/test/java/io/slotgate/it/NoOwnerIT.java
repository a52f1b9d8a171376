package io.slotgate.it;

import static io.slotgate.it.Faults.KEYS;
import static io.slotgate.it.Faults.mgetAll;
import static io.slotgate.it.Faults.patient;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.deploy.dev.LocalNode;
import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.metrics.Metric;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Slots that no node serves. */
@Timeout(180)
class NoOwnerIT {
    private static final Duration PATIENCE = Duration.ofMillis(1500);

    @RegisterExtension
    static final ProxyFixture proxy = new ProxyFixture()
            .cluster(cluster -> cluster.shards(3).replicas(0).option("cluster-require-full-coverage", "no"))
            .upstream(upstream -> patient(upstream, PATIENCE)).nodesFail();

    @Test
    void slotsWithoutANodeAreToldToBeDownWhenThePatienceIsOverAndNoSooner() throws Exception {
        try (Wire client = proxy.connect(); Wire other = proxy.connect()) {
            // Given
            for (String key : KEYS) {
                assertThat(client.raw("SET", key, "x")).isEqualTo("+OK\r\n");
            }
            LocalNode node = proxy.cluster().owner(SlotHash.slot("k1"));
            String here = KEYS.stream().filter(key -> !ownedBy(key, node)).findFirst().orElseThrow();
            node.kill();
            await().atMost(ProxyFixture.PATIENCE).until(() -> proxy.metric(Metric.UPSTREAM_FAILURES) > 0);

            // When
            long sent = System.nanoTime();
            client.send("GET", "k1");
            client.send("SET", "k1", "y");
            client.send(mgetAll());
            client.send("GET", here);
            for (int i = 0; i < 50; i++) {
                assertThat(other.call("GET", here)).isEqualTo("x");
            }

            // Then
            assertThat(client.readRaw()).startsWith("-CLUSTERDOWN ");
            assertThat(System.nanoTime() - sent).isGreaterThanOrEqualTo(PATIENCE.toNanos());
            assertThat(client.readRaw()).startsWith("-CLUSTERDOWN ");
            assertThat(client.readRaw()).startsWith("-CLUSTERDOWN ");
            assertThat(client.read()).isEqualTo("x");

            // And when it is back, without its data
            node.restart();
            await().atMost(ProxyFixture.PATIENCE).untilAsserted(
                    () -> assertThat(client.raw("SET", "k1", "z")).isEqualTo("+OK\r\n"));
        }
    }

    private boolean ownedBy(String key, LocalNode node) {
        try {
            return proxy.cluster().owner(SlotHash.slot(key)) == node;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
