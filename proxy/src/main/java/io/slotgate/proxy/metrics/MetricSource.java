package io.slotgate.proxy.metrics;

import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Where the cold path gets the figures of one worker from. Any thread. */
public interface MetricSource {
    /**
     * Hands one task to the worker, which takes the snapshot. Completes on the worker, and never if the worker ends before.
     *
     * @throws java.util.concurrent.RejectedExecutionException if the worker has ended
     */
    CompletableFuture<Map<Metric, Long>> collect();
}
