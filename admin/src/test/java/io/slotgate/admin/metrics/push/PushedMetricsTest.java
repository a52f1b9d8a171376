package io.slotgate.admin.metrics.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.slotgate.admin.metrics.MetricsResource;
import io.slotgate.admin.view.FakeProxy;
import io.slotgate.proxy.config.CloudWatchConfig;
import io.slotgate.proxy.config.MetricsConfig;
import io.slotgate.proxy.config.OtlpConfig;
import io.slotgate.proxy.observe.CommandClass;
import io.slotgate.proxy.observe.CommandFigures;
import io.slotgate.proxy.observe.LatencyFigures;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PushedMetricsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private FakeCollector collector;

    @BeforeEach
    void start() throws IOException {
        collector = new FakeCollector();
        System.setProperty("aws.accessKeyId", "AKIDEXAMPLE");
        System.setProperty("aws.secretAccessKey", "secret");
    }

    @AfterEach
    void stop() {
        collector.close();
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
    }

    private static MetricsResource pushing(FakeProxy proxy, MetricsConfig config) {
        MetricsResource metrics = new MetricsResource();
        metrics.attach(proxy);
        metrics.push(config);
        return metrics;
    }

    @Test
    void sendsByTheOpenTelemetryProtocol() {
        FakeProxy proxy = new FakeProxy();
        MetricsConfig config = new MetricsConfig(new OtlpConfig(collector.uri("/v1/metrics"), INTERVAL), null);
        try (MetricsResource metrics = pushing(proxy, config)) {
            assertThat(metrics).isNotNull();
            await().atMost(PATIENCE).until(() -> collector.sent.size() >= 2);
        }
        assertThat(collector.sent).allSatisfy(sent -> {
            assertThat(sent.path()).isEqualTo("/v1/metrics");
            assertThat(sent.type()).isEqualTo("application/x-protobuf");
            assertThat(sent.text()).contains("service.name", "slotgate.requests", "slotgate.topology.nodes",
                    "jvm.memory.used");
        });
        assertThat(proxy.workers.getFirst().asked.get()).as("refreshed").isPositive();
    }

    @Test
    void sendsHistogramsOfWhichPercentilesCanBeMade() {
        FakeProxy proxy = new FakeProxy();
        // 98 of 10 us, one of 1 ms, one that is longer than the last bound.
        long[] micros = new long[100];
        Arrays.fill(micros, 10);
        micros[98] = 1_000;
        micros[99] = 60_000_000;
        proxy.commands = List.of(new CommandFigures("get", CommandClass.READ, 100, 0, 0, 0,
                LatencyFigures.ofMicros(micros), LatencyFigures.NONE));
        MetricsConfig config = new MetricsConfig(new OtlpConfig(collector.uri("/v1/metrics"), INTERVAL), null);

        try (MetricsResource metrics = pushing(proxy, config)) {
            assertThat(metrics).isNotNull();
            await().atMost(PATIENCE).until(() -> collector.sent.stream()
                    .anyMatch(sent -> durations(sent.metrics(), "read", "proxy").getCount() == 100));
        }

        HistogramDataPoint point = collector.sent.stream().map(sent -> durations(sent.metrics(), "read", "proxy"))
                .filter(each -> each.getCount() == 100).findFirst().orElseThrow();
        // Milliseconds, each bound twice the one before.
        assertThat(point.getExplicitBoundsList()).hasSize(19).startsWith(0.032, 0.064).endsWith(8_388.608);
        assertThat(point.getBucketCountsList()).hasSize(20).startsWith(98L, 0L, 0L, 0L, 0L, 1L).endsWith(0L, 1L);
        assertThat(point.getSum()).isCloseTo(60_001.98, within(0.01));
        HistogramDataPoint none = durations(collector.sent.element().metrics(), "write", "upstream");
        assertThat(none.getCount()).isZero();
        assertThat(none.getBucketCountsList()).hasSize(20).containsOnly(0L);
    }

    private static HistogramDataPoint durations(ExportMetricsServiceRequest request, String commands, String side) {
        Metric metric = request.getResourceMetrics(0).getScopeMetrics(0).getMetricsList().stream()
                .filter(each -> each.getName().equals("slotgate.command.duration")).findFirst().orElseThrow();
        assertThat(metric.getUnit()).isEqualTo("milliseconds");
        return metric.getHistogram().getDataPointsList().stream()
                .filter(point -> attributes(point).equals(Map.of("class", commands, "side", side))).findFirst()
                .orElseThrow();
    }

    private static Map<String, String> attributes(HistogramDataPoint point) {
        return point.getAttributesList().stream()
                .collect(Collectors.toMap(KeyValue::getKey, pair -> pair.getValue().getStringValue()));
    }

    @Test
    void sendsToCloudWatch() {
        MetricsConfig config = new MetricsConfig(null,
                new CloudWatchConfig("cache", "eu-central-1", INTERVAL, collector.uri("")));
        try (MetricsResource metrics = pushing(new FakeProxy(), config)) {
            assertThat(metrics).isNotNull();
            await().atMost(PATIENCE).until(() -> collector.sent.stream()
                    .anyMatch(sent -> sent.text().contains("=slotgate.connections&")));
        }
        assertThat(collector.sent).allSatisfy(sent -> {
            assertThat(sent.authorization()).startsWith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/")
                    .contains("/eu-central-1/monitoring/aws4_request");
            assertThat(sent.text())
                    .startsWith(
                            "Action=PutMetricData&Version=2010-08-01&Namespace=cache&MetricData.member.1.MetricName=")
                    .doesNotContain("secret", "=worker&");
        });
    }

    @Test
    void goesOnAfterItWasRefused() {
        collector.status = 500;
        MetricsConfig config = new MetricsConfig(null,
                new CloudWatchConfig("cache", "eu-central-1", INTERVAL, collector.uri("")));
        try (MetricsResource metrics = pushing(new FakeProxy(), config)) {
            assertThat(metrics).isNotNull();
            await().atMost(PATIENCE).until(() -> collector.sent.size() >= 2);
        }
    }

    @Test
    void loadsNothingWhereNothingIsWanted() {
        assertThat(PushedMetrics.isWanted(MetricsConfig.none())).isFalse();
        try (MetricsResource metrics = pushing(new FakeProxy(), MetricsConfig.none())) {
            assertThat(metrics).isNotNull();
        }
        assertThat(collector.sent).isEmpty();
    }

    @Test
    void makesTheWorkersValuesOfOneMetric() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        Gauge.builder("a", () -> 1).tags("worker", "0").register(registry);
        Gauge.builder("a", () -> 2).tags("worker", "1").register(registry);
        Gauge.builder("a", () -> Double.NaN).tags("worker", "2").register(registry);
        Gauge.builder("b", () -> 3).tags("role", "primary & more").register(registry);
        Counter.builder("c").register(registry).increment(4);
        Timer.builder("d").register(registry).record(5, TimeUnit.SECONDS);

        List<CloudWatchRegistry.Datum> data = List.copyOf(CloudWatchRegistry.data(registry.getMeters()));

        assertThat(data).filteredOn(datum -> datum.name().equals("a")).singleElement().satisfies(datum -> {
            assertThat(datum.dimensions()).isEmpty();
            assertThat(datum.values()).containsExactlyInAnyOrder(1d, 2d);
        });
        assertThat(data).contains(new CloudWatchRegistry.Datum("b", Map.of("role", "primary & more"), List.of(3d)),
                new CloudWatchRegistry.Datum("c", Map.of(), List.of(4d)),
                new CloudWatchRegistry.Datum("d.total", Map.of(), List.of(5d)));
        String body = CloudWatchSender.body("n s",
                List.of(new CloudWatchRegistry.Datum("b", Map.of("role", "primary & more"),
                        List.of(3d, 4d))));
        assertThat(URLDecoder.decode(body, StandardCharsets.UTF_8)).isEqualTo(
                "Action=PutMetricData&Version=2010-08-01&Namespace=n s&MetricData.member.1.MetricName=b"
                        + "&MetricData.member.1.Dimensions.member.1.Name=role"
                        + "&MetricData.member.1.Dimensions.member.1.Value=primary & more"
                        + "&MetricData.member.1.Values.member.1=3.0&MetricData.member.1.Values.member.2=4.0");
        assertThat(body).contains("=primary+%26+more&");
    }
}
