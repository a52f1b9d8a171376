package io.slotgate.proxy.metrics;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Where the cold path gets the figures of all workers from. Any thread. */
public interface MetricSource {
    /** A snapshot of each worker, in the order of the workers, taken on that worker. */
    CompletableFuture<List<Map<Metric, Long>>> collect();
}
