package io.slotgate.admin.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.admin.AdminClient;
import io.slotgate.admin.AdminFixture;
import io.slotgate.admin.view.FakeProxy;
import io.slotgate.admin.view.FakeWorker;
import io.slotgate.proxy.metrics.Metric;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class MetricsTest {
    private static final long PATIENCE_MILLIS = 50;

    private final FakeProxy proxy = new FakeProxy();
    private final FakeWorker first = proxy.workers.getFirst();
    private final FakeWorker second = proxy.workers.getLast();
    private final MetricsResource metrics = new MetricsResource(PATIENCE_MILLIS);

    @AfterEach
    void close() {
        metrics.close();
    }

    @ParameterizedTest
    @EnumSource(Metric.class)
    void tellsEveryFigureOfEveryWorker(Metric metric) throws InterruptedException {
        first.base = 100;
        second.base = 200;
        metrics.attach(proxy);

        Exposition scrape = Exposition.parse(metrics.text());

        String name = prometheusName(metric);
        assertThat(scrape.families()).hasEntrySatisfying(name, family -> {
            assertThat(family.type()).isEqualToIgnoringCase(metric.kind().name());
            assertThat(family.help()).isEqualTo(metric.help());
        });
        assertThat(scrape.sample(name + "{worker=\"0\"}")).isEqualTo(100 + FakeWorker.place(metric));
        assertThat(scrape.sample(name + "{worker=\"1\"}")).isEqualTo(200 + FakeWorker.place(metric));
    }

    private static String prometheusName(Metric metric) {
        return metric.id().replace('.', '_') + (metric.kind() == Metric.Kind.COUNTER ? "_total" : "");
    }

    @Test
    void tellsOfTheProxyAndItsCluster() throws InterruptedException {
        metrics.attach(proxy);

        Exposition scrape = Exposition.parse(metrics.text());

        assertThat(scrape.samples()).containsEntry("slotgate_ready", 1.0)
                .containsEntry("slotgate_connections", 21.0)
                .containsEntry("slotgate_connections_refused_total", 22.0)
                .containsEntry("slotgate_buffers_bytes", 23.0)
                .containsEntry("slotgate_topology_version", 7.0)
                .containsEntry("slotgate_topology_slots_covered", 16384.0)
                .containsEntry("slotgate_topology_slots_unwell", 0.0)
                .containsEntry("slotgate_topology_slots_moving", 1.0)
                .containsEntry("slotgate_topology_shards", 1.0)
                .containsEntry("slotgate_topology_nodes{health=\"up\",role=\"primary\"}", 1.0)
                .containsEntry("slotgate_topology_nodes{health=\"suspected\",role=\"replica\"}", 1.0)
                .containsEntry("slotgate_topology_nodes{health=\"failed\",role=\"primary\"}", 0.0);
    }

    @Test
    void asksEachWorkerOncePerScrape() throws InterruptedException {
        metrics.attach(proxy);

        metrics.text();
        metrics.text();

        assertThat(first.asked).hasValue(2);
        assertThat(second.asked).hasValue(2);
    }

    @Test
    void servesTheLastFiguresOfAWorkerThatDoesNotAnswer() throws InterruptedException {
        metrics.attach(proxy);
        metrics.text();
        first.base = 1000;
        second.base = 1000;
        second.stuck = new CompletableFuture<>();

        Exposition scrape = Exposition.parse(metrics.text());

        assertThat(scrape.sample("slotgate_requests_total{worker=\"0\"}")).isEqualTo(1000);
        assertThat(scrape.sample("slotgate_requests_total{worker=\"1\"}")).isZero();
        assertThat(scrape.sample("slotgate_worker_responsive{worker=\"0\"}")).isOne();
        assertThat(scrape.sample("slotgate_worker_responsive{worker=\"1\"}")).isZero();
    }

    @Test
    void asksAWorkerAgainOnlyWhenItHasAnswered() throws InterruptedException {
        CompletableFuture<Map<Metric, Long>> answer = new CompletableFuture<>();
        second.stuck = answer;
        metrics.attach(proxy);
        metrics.text();
        metrics.text();
        assertThat(second.asked).hasValue(1);

        second.base = 1000;
        second.stuck = null;
        answer.complete(second.figures());
        Exposition scrape = Exposition.parse(metrics.text());

        assertThat(second.asked).hasValue(2);
        assertThat(scrape.sample("slotgate_requests_total{worker=\"1\"}")).isEqualTo(1000);
        assertThat(scrape.sample("slotgate_worker_responsive{worker=\"1\"}")).isOne();
    }

    @Test
    void outlivesItsWorkers() throws InterruptedException {
        metrics.attach(proxy);
        metrics.text();
        second.refusal = new RejectedExecutionException("event loop shut down");

        Exposition scrape = Exposition.parse(metrics.text());

        assertThat(scrape.sample("slotgate_worker_responsive{worker=\"1\"}")).isZero();
    }

    @Test
    void isServedAsPrometheusWantsIt() throws IOException, InterruptedException {
        try (AdminFixture admin = AdminFixture.open().start()) {
            AdminClient client = admin.client();
            assertThat(client.get("/metrics").body()).contains("jvm_memory_used_bytes")
                    .doesNotContain("slotgate_");
            admin.server().attach(proxy);

            HttpResponse<String> answer = client.get("/metrics");

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Type"))
                    .contains("text/plain; version=0.0.4; charset=utf-8");
            assertThat(Exposition.parse(answer.body()).sample("slotgate_ready")).isOne();
        }
    }

    @Test
    void countsPausesOfTheCollector() throws InterruptedException {
        metrics.prepare();

        System.gc();

        await().untilAsserted(() -> assertThat(Exposition.parse(metrics.text()).families())
                .containsKey("jvm_gc_pause_seconds"));
    }
}
