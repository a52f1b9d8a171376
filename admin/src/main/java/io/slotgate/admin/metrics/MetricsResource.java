package io.slotgate.admin.metrics;

import io.javalin.http.Context;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.slotgate.admin.metrics.push.PushedMetrics;
import io.slotgate.admin.view.ProxyView;
import io.slotgate.proxy.config.MetricsConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * {@code /metrics}. The registry is made when it is needed first, for loading it takes longer than is left to a start.
 *
 * @see <a href="https://prometheus.io/docs/instrumenting/exposition_formats/">Prometheus exposition formats</a>
 */
public final class MetricsResource implements AutoCloseable {
    private static final String MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8";
    private static final long PATIENCE_MILLIS = 2_000;
    private static final int SMALLEST = 64 * 1024;

    private final long patienceMillis;
    /** Scrapes stand in line: two at a time would ask the workers twice. */
    private final ReentrantLock scraping = new ReentrantLock();
    private volatile @Nullable ProxyView attached;
    private @Nullable PrometheusMeterRegistry registry;
    /** Writers of the JDK begin with small buffers on virtual threads and grow them step by step: there it takes twice as long. */
    private final ExecutorService writer = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("slotgate-scrape").factory());
    private int lastSize = SMALLEST;
    private @Nullable ProcessMeters process;
    private @Nullable ProxyMeters proxy;
    private @Nullable PushedMetrics pushed;
    private boolean closed;

    public MetricsResource() {
        this(PATIENCE_MILLIS);
    }

    /** @param patienceMillis how long workers are waited for */
    MetricsResource(long patienceMillis) {
        this.patienceMillis = patienceMillis;
    }

    /** Every scrape that begins after this has the proxy's figures. */
    public void attach(ProxyView started) {
        attached = started;
    }

    /** Does what the first scrape would have to do. */
    public void prepare() {
        scraping.lock();
        try {
            if (!closed) {
                write(meters());
            }
        } finally {
            scraping.unlock();
        }
    }

    /** Begins to send figures, too, if that is configured and the proxy is attached. */
    public void push(MetricsConfig config) {
        if (!PushedMetrics.isWanted(config)) {
            return;
        }
        scraping.lock();
        try {
            if (closed || pushed != null) {
                return;
            }
            meters();
            ProxyMeters known = proxy;
            pushed = PushedMetrics.start(config, this::bindTo, this::refresh,
                    known == null ? (name, tags) -> null : known::histogram);
        } finally {
            scraping.unlock();
        }
    }

    /** The same meters as those that are asked for. */
    private void bindTo(MeterRegistry other) {
        if (process != null) {
            process.bindTo(other);
        }
        if (proxy != null) {
            proxy.bindTo(other);
        }
    }

    private void refresh() throws InterruptedException {
        scraping.lock();
        try {
            if (proxy != null && !closed) {
                proxy.refresh(patienceMillis, TimeUnit.MILLISECONDS);
            }
        } finally {
            scraping.unlock();
        }
    }

    public void scrape(Context context) throws InterruptedException {
        context.contentType(MEDIA_TYPE).result(bytes());
    }

    String text() throws InterruptedException {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    private byte[] bytes() throws InterruptedException {
        scraping.lock();
        try {
            PrometheusMeterRegistry meters = meters();
            if (proxy != null) {
                proxy.refresh(patienceMillis, TimeUnit.MILLISECONDS);
            }
            return write(meters);
        } finally {
            scraping.unlock();
        }
    }

    private byte[] write(PrometheusMeterRegistry meters) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(lastSize + lastSize / 8);
        CompletableFuture.runAsync(() -> {
            try {
                meters.scrape(out, MEDIA_TYPE);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }, writer).join();
        lastSize = Math.max(SMALLEST, out.size());
        return out.toByteArray();
    }

    private PrometheusMeterRegistry meters() {
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
            proxy.bindToScraped(registry);
        }
        return registry;
    }

    @Override
    public void close() {
        scraping.lock();
        try {
            closed = true;
            writer.shutdown();
            if (pushed != null) {
                pushed.close();
            }
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
