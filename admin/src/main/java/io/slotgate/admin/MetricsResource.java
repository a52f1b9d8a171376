package io.slotgate.admin;

import io.javalin.http.Context;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * {@code /metrics}. The registry is made when it is needed first, for loading it takes longer than is left to a start.
 *
 * @see <a href="https://prometheus.io/docs/instrumenting/exposition_formats/">Prometheus exposition formats</a>
 */
final class MetricsResource implements AutoCloseable {
    private static final String MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8";
    private static final long PATIENCE_MILLIS = 2_000;

    private final long patienceMillis;
    /** Scrapes stand in line: two at a time would ask the workers twice. */
    private final ReentrantLock scraping = new ReentrantLock();
    private volatile @Nullable ProxyView attached;
    private @Nullable PrometheusMeterRegistry registry;
    private @Nullable ProcessMeters process;
    private @Nullable ProxyMeters proxy;
    private boolean closed;

    MetricsResource() {
        this(PATIENCE_MILLIS);
    }

    /** @param patienceMillis how long workers are waited for */
    MetricsResource(long patienceMillis) {
        this.patienceMillis = patienceMillis;
    }

    /** Every scrape that begins after this has the proxy's figures. */
    void attach(ProxyView started) {
        attached = started;
    }

    /** Does what the first scrape would have to do. */
    void prepare() {
        scraping.lock();
        try {
            if (!closed) {
                registry();
            }
        } finally {
            scraping.unlock();
        }
    }

    void scrape(Context context) throws InterruptedException {
        context.contentType(MEDIA_TYPE).result(text());
    }

    String text() throws InterruptedException {
        scraping.lock();
        try {
            PrometheusMeterRegistry meters = registry();
            if (proxy != null) {
                proxy.refresh(patienceMillis, TimeUnit.MILLISECONDS);
            }
            return meters.scrape();
        } finally {
            scraping.unlock();
        }
    }

    private PrometheusMeterRegistry registry() {
        if (closed) {
            throw new IllegalStateException("closed");
        }
        if (registry == null) {
            registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
            process = new ProcessMeters();
            process.bindTo(registry);
        }
        ProxyView view = attached;
        if (proxy == null && view != null) {
            proxy = new ProxyMeters(view);
            proxy.bindTo(registry);
        }
        return registry;
    }

    @Override
    public void close() {
        scraping.lock();
        try {
            closed = true;
            if (process != null) {
                process.close();
            }
            if (registry != null) {
                registry.close();
            }
        } finally {
            scraping.unlock();
        }
    }
}
