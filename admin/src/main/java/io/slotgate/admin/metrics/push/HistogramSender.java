package io.slotgate.admin.metrics.push;

import com.google.protobuf.InvalidProtocolBufferException;
import io.micrometer.registry.otlp.OtlpMetricsSender;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.Histogram;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.slotgate.admin.metrics.push.Histograms.Buckets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Puts the buckets into histograms on their way to a collector: the registry keeps histograms only of what it saw itself, and sends of
 * all others a single bucket, of which nobody can make a percentile. One thread at a time.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/otel/metrics/data-model/#histogram">Histograms of OpenTelemetry</a>
 */
final class HistogramSender implements OtlpMetricsSender {
    private final OtlpMetricsSender sender;
    private final Histograms histograms;
    private final double unitsOfSecond;
    /** What was told of series that tell what is new; as many as there are series. */
    private final Map<String, Buckets> told = new HashMap<>();

    /** @param unit in which durations are sent */
    HistogramSender(OtlpMetricsSender sender, Histograms histograms, TimeUnit unit) {
        this.sender = sender;
        this.histograms = histograms;
        this.unitsOfSecond = unit.convert(1, TimeUnit.SECONDS);
    }

    @Override
    public void send(Request request) throws Exception {
        Request.Builder changed = Request.builder(filled(request.getMetricsData())).headers(request.getHeaders())
                .compressionMode(request.getCompressionMode());
        String address = request.getAddress();
        if (address != null) {
            changed.address(address);
        }
        sender.send(changed.build());
    }

    private byte[] filled(byte[] data) throws InvalidProtocolBufferException {
        ExportMetricsServiceRequest.Builder all = ExportMetricsServiceRequest.parseFrom(data).toBuilder();
        for (ResourceMetrics.Builder resource : all.getResourceMetricsBuilderList()) {
            for (ScopeMetrics.Builder scope : resource.getScopeMetricsBuilderList()) {
                for (Metric.Builder metric : scope.getMetricsBuilderList()) {
                    if (metric.hasHistogram()) {
                        fill(metric.getName(), metric.getHistogramBuilder());
                    }
                }
            }
        }
        return all.build().toByteArray();
    }

    private void fill(String name, Histogram.Builder histogram) {
        boolean newOnly = histogram
                .getAggregationTemporality() == AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA;
        for (HistogramDataPoint.Builder point : histogram.getDataPointsBuilderList()) {
            Map<String, String> tags = new HashMap<>();
            for (KeyValue attribute : point.getAttributesList()) {
                tags.put(attribute.getKey(), attribute.getValue().getStringValue());
            }
            Buckets now = histograms.of(name, tags);
            if (now != null) {
                Buckets before = newOnly ? told.put(name + tags, now) : null;
                fill(point, before == null ? now : since(before, now));
            }
        }
    }

    private static Buckets since(Buckets before, Buckets now) {
        List<Long> counts = new ArrayList<>();
        for (int i = 0; i < now.counts().size(); i++) {
            counts.add(Math.max(0, now.counts().get(i) - before.counts().get(i)));
        }
        return new Buckets(now.boundsSeconds(), counts, Math.max(0, now.sumSeconds() - before.sumSeconds()));
    }

    private void fill(HistogramDataPoint.Builder point, Buckets buckets) {
        point.clearBucketCounts().clearExplicitBounds().clearMax().clearMin()
                .addAllBucketCounts(buckets.counts())
                .setCount(buckets.counts().stream().mapToLong(Long::longValue).sum())
                .setSum(buckets.sumSeconds() * unitsOfSecond);
        buckets.boundsSeconds().forEach(bound -> point.addExplicitBounds(bound * unitsOfSecond));
    }
}
