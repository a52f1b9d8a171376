package io.slotgate.admin.metrics.push;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.registry.otlp.CompressionMode;
import io.micrometer.registry.otlp.OtlpMetricsSender.Request;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.Histogram;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.slotgate.admin.metrics.push.Histograms.Buckets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HistogramSenderTest {
    private final List<Request> sent = new ArrayList<>();
    private Buckets kept = new Buckets(List.of(0.001, 0.002), List.of(5L, 3L, 1L), 0.5);
    private final HistogramSender sender = new HistogramSender(sent::add,
            (name, tags) -> name.equals("kept") && tags.equals(Map.of("side", "proxy")) ? kept : null,
            TimeUnit.MILLISECONDS);

    private static Metric metric(String name, String side, AggregationTemporality temporality) {
        return Metric.newBuilder().setName(name).setHistogram(Histogram.newBuilder()
                .setAggregationTemporality(temporality)
                .addDataPoints(
                        HistogramDataPoint.newBuilder().setCount(9).setSum(500).addBucketCounts(9).setTimeUnixNano(7)
                                .addAttributes(KeyValue.newBuilder().setKey("side")
                                        .setValue(AnyValue.newBuilder().setStringValue(side)))))
                .build();
    }

    private HistogramDataPoint afterSending(Metric metric) throws Exception {
        sender.send(Request.builder(ExportMetricsServiceRequest.newBuilder().addResourceMetrics(
                ResourceMetrics.newBuilder().addScopeMetrics(ScopeMetrics.newBuilder().addMetrics(metric)))
                .build().toByteArray()).address("http://collector").headers(Map.of("authorization", "it"))
                .compressionMode(CompressionMode.GZIP).build());
        return ExportMetricsServiceRequest.parseFrom(sent.getLast().getMetricsData()).getResourceMetrics(0)
                .getScopeMetrics(0).getMetrics(0).getHistogram().getDataPoints(0);
    }

    @Test
    void putsBucketsIntoWhatIsKept() throws Exception {
        HistogramDataPoint point = afterSending(
                metric("kept", "proxy", AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE));

        assertThat(point.getExplicitBoundsList()).containsExactly(1.0, 2.0);
        assertThat(point.getBucketCountsList()).containsExactly(5L, 3L, 1L);
        assertThat(point.getCount()).isEqualTo(9);
        assertThat(point.getSum()).isEqualTo(500);
        assertThat(point.getTimeUnixNano()).isEqualTo(7);
        assertThat(sent.getLast().getAddress()).isEqualTo("http://collector");
        assertThat(sent.getLast().getHeaders()).isEqualTo(Map.of("authorization", "it"));
        assertThat(sent.getLast().getCompressionMode()).isEqualTo(CompressionMode.GZIP);
    }

    @Test
    void leavesAloneWhatIsNot() throws Exception {
        for (Metric other : List.of(
                metric("other", "proxy", AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE),
                metric("kept", "upstream", AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE))) {
            assertThat(afterSending(other)).isEqualTo(other.getHistogram().getDataPoints(0));
        }
    }

    @Test
    void tellsWhatIsNewWhereThatIsWanted() throws Exception {
        Metric delta = metric("kept", "proxy", AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA);
        afterSending(delta);
        kept = new Buckets(kept.boundsSeconds(), List.of(7L, 3L, 2L), 0.75);

        HistogramDataPoint point = afterSending(delta);

        assertThat(point.getBucketCountsList()).containsExactly(2L, 0L, 1L);
        assertThat(point.getCount()).isEqualTo(3);
        assertThat(point.getSum()).isEqualTo(250);
    }
}
