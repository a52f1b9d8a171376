package io.slotgate.admin.api;

import io.slotgate.admin.metrics.WorkerFigures;
import io.slotgate.admin.view.ProxyView;
import io.slotgate.proxy.metrics.Metric;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The figures of all workers together, asked for at most ten times a second however many want to know, so that the data plane does not
 * feel who looks. Any thread.
 */
final class Figures {
    private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final ReentrantLock asking = new ReentrantLock();
    private final List<WorkerFigures> workers;
    private Totals latest = new Totals(0, Map.of());
    private long asked;

    /** @param atMillis when the workers were asked, milliseconds since 1970 */
    record Totals(long atMillis, Map<Metric, Long> figures) {
        /** By the names of {@code /metrics}, with dots. */
        Map<String, Long> byName() {
            Map<String, Long> named = new TreeMap<>();
            figures.forEach((metric, value) -> named.put(metric.id(), value));
            return named;
        }
    }

    Figures(ProxyView proxy) {
        this.workers = proxy.workers().stream().map(WorkerFigures::new).toList();
    }

    /** The sum over all workers; of one that does not answer, its last. */
    Totals totals() throws InterruptedException {
        asking.lock();
        try {
            long now = System.nanoTime();
            if (latest.figures.isEmpty() || now - asked > FRESH_NANOS) {
                long atMillis = System.currentTimeMillis();
                workers.forEach(WorkerFigures::ask);
                for (WorkerFigures worker : workers) {
                    worker.await(now + PATIENCE_NANOS);
                }
                Map<Metric, Long> sums = new EnumMap<>(Metric.class);
                for (Metric metric : Metric.values()) {
                    sums.put(metric, workers.stream().mapToLong(worker -> worker.value(metric)).sum());
                }
                latest = new Totals(atMillis, sums);
                asked = now;
            }
            return latest;
        } finally {
            asking.unlock();
        }
    }
}
