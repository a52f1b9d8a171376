package io.slotgate.admin.view;

import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.metrics.MetricSource;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A worker whose every figure is {@link #base} plus something of its own. */
public final class FakeWorker implements MetricSource {
    public final AtomicInteger asked = new AtomicInteger();
    public volatile long base;
    /** What is handed out in place of an answer. */
    public volatile @Nullable CompletableFuture<Map<Metric, Long>> stuck;
    public volatile @Nullable RuntimeException refusal;

    @Override
    public CompletableFuture<Map<Metric, Long>> collect() {
        asked.incrementAndGet();
        RuntimeException thrown = refusal;
        if (thrown != null) {
            throw thrown;
        }
        CompletableFuture<Map<Metric, Long>> pending = stuck;
        return pending == null ? CompletableFuture.completedFuture(figures()) : pending;
    }

    /** Another one for every metric. */
    public static int place(Metric metric) {
        return Arrays.asList(Metric.values()).indexOf(metric);
    }

    public Map<Metric, Long> figures() {
        Map<Metric, Long> figures = new EnumMap<>(Metric.class);
        for (Metric metric : Metric.values()) {
            figures.put(metric, base + place(metric));
        }
        return figures;
    }
}
