package io.slotgate.admin.metrics.push;

import io.micrometer.core.instrument.MeterRegistry;
import io.slotgate.proxy.config.MetricsConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The registries that are configured to send figures, each on a thread of its own. Any thread. */
public final class PushedMetrics implements AutoCloseable {
    private static final long MOST_MILLIS = 5_000;

    private final List<MeterRegistry> registries;
    private final Thread refresher;

    /** What is asked for before figures are sent. */
    public interface Refresh {
        void run() throws InterruptedException;
    }

    private PushedMetrics(List<MeterRegistry> registries, long refreshMillis, Refresh refresh) {
        this.registries = registries;
        this.refresher = Thread.ofVirtual().name("slotgate-admin-figures").unstarted(() -> {
            try {
                while (true) {
                    TimeUnit.MILLISECONDS.sleep(refreshMillis);
                    refresh.run();
                }
            } catch (InterruptedException e) {
                // The server ends.
            }
        });
    }

    /** Whether anything is to be sent. */
    public static boolean isWanted(MetricsConfig config) {
        return config.otlp() != null || config.cloudwatch() != null;
    }

    /**
     * Starts to send.
     *
     * @param bind adds the meters to a registry
     * @param refresh has them show what is now: run twice in an interval, and every 5 s at least
     * @param histograms of series that have more to tell than their meters
     */
    public static PushedMetrics start(MetricsConfig config, Consumer<MeterRegistry> bind, Refresh refresh,
            Histograms histograms) {
        List<MeterRegistry> registries = new ArrayList<>();
        long millis = MOST_MILLIS;
        if (config.otlp() != null) {
            registries.add(OtlpPush.registry(config.otlp(), histograms));
            millis = Math.min(millis, half(config.otlp().interval()));
        }
        if (config.cloudwatch() != null) {
            registries.add(CloudWatchRegistry.start(config.cloudwatch()));
            millis = Math.min(millis, half(config.cloudwatch().interval()));
        }
        registries.forEach(bind);
        PushedMetrics pushed = new PushedMetrics(registries, millis, refresh);
        pushed.refresher.start();
        return pushed;
    }

    private static long half(Duration interval) {
        return interval.toMillis() / 2;
    }

    /** Sends once more, and no more then. */
    @Override
    public void close() {
        refresher.interrupt();
        registries.forEach(MeterRegistry::close);
    }
}
