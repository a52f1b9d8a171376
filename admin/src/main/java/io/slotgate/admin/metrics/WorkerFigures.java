package io.slotgate.admin.metrics;

import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.metrics.MetricSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The last figures one worker gave. A worker that does not answer is not asked again until it has, so that scrapes don't
 * pile up in its queue. Asked by one thread at a time, read by any.
 */
public final class WorkerFigures {
    private final MetricSource source;
    private volatile Map<Metric, Long> latest = Map.of();
    private volatile boolean responsive;
    private @Nullable CompletableFuture<Void> asked;

    public WorkerFigures(MetricSource source) {
        this.source = source;
    }

    /** Hands one task to the worker, unless one is there already. */
    public void ask() {
        if (asked == null || asked.isDone()) {
            try {
                asked = source.collect().thenAccept(figures -> latest = figures);
            } catch (RejectedExecutionException stopped) {
                asked = CompletableFuture.failedFuture(stopped);
            }
        }
    }

    /**
     * Waits for the answer.
     *
     * @param deadline in terms of {@link System#nanoTime}
     */
    public void await(long deadline) throws InterruptedException {
        if (asked == null) {
            return;
        }
        try {
            asked.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            responsive = true;
        } catch (TimeoutException | ExecutionException e) {
            responsive = false;
        }
    }

    /** Whether it answered the last time. */
    public boolean responsive() {
        return responsive;
    }

    /** As of its last answer; 0 before the first. */
    public long value(Metric metric) {
        return latest.getOrDefault(metric, 0L);
    }
}
