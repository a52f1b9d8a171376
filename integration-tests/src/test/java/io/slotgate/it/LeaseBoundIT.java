package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.plane.PlaneLimits;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** More clients block at a node than a worker may have connections for: the bound holds, and each gets its turn. */
@Timeout(240)
class LeaseBoundIT {
    private static final int MOST = 10;
    private static final int CLIENTS = 120;

    @RegisterExtension
    static final ProxyFixture proxy = new ProxyFixture().cluster(cluster -> cluster.shards(1).replicas(0))
            .limits(new PlaneLimits().leases(MOST, CLIENTS, Duration.ofMinutes(10)).limits());

    private static List<Map<Metric, Long>> workers() {
        return proxy.server().metrics().stream().map(worker -> worker.collect().join()).toList();
    }

    private static long of(Map<Metric, Long> worker, Metric metric) {
        return worker.getOrDefault(metric, 0L);
    }

    private static void assertWithinBound() {
        assertThat(workers()).allSatisfy(worker -> assertThat(of(worker, Metric.LEASES)).isLessThanOrEqualTo(MOST));
    }

    @Test
    void aWorkerHasNoMoreConnectionsForClientsThatBlockThanItMay() throws IOException {
        List<Wire> clients = new ArrayList<>();
        try {
            // Given
            for (int i = 0; i < CLIENTS; i++) {
                Wire client = proxy.connectPlain();
                clients.add(client);
                client.send("BLPOP", "q" + i, "0");
            }

            // Then: as many as may block do, and the others wait
            await().atMost(ProxyFixture.PATIENCE)
                    .until(() -> proxy.metric(Metric.LEASES) + proxy.metric(Metric.LEASES_WAITING) == CLIENTS);
            await().atMost(ProxyFixture.PATIENCE).untilAsserted(() -> assertThat(workers()).allSatisfy(
                    worker -> assertThat(of(worker, Metric.LEASES)).isEqualTo(
                            Math.min(MOST, of(worker, Metric.SESSIONS)))));
            assertThat(proxy.metric(Metric.LEASES_WAITING)).isPositive();

            // When
            try (Wire pusher = proxy.connectPlain()) {
                for (int i = 0; i < CLIENTS; i++) {
                    assertThat(pusher.call("RPUSH", "q" + i, "e" + i)).isEqualTo(1L);
                    assertWithinBound();
                }
            }

            // Then
            for (int i = 0; i < CLIENTS; i++) {
                assertThat(clients.get(i).read()).hasToString("[q" + i + ", e" + i + "]");
                assertWithinBound();
            }
            assertThat(proxy.metric(Metric.LEASES_REFUSED)).isZero();
        } finally {
            for (Wire client : clients) {
                client.close();
            }
        }
        await().atMost(ProxyFixture.PATIENCE).until(() -> proxy.metric(Metric.LEASES) == 0);
    }
}
