package io.slotgate.admin.metrics.push;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.ipc.http.HttpUrlConnectionSender;
import io.micrometer.registry.otlp.OtlpConfig;
import io.micrometer.registry.otlp.OtlpHttpMetricsSender;
import io.micrometer.registry.otlp.OtlpMeterRegistry;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sends figures by the OpenTelemetry protocol over HTTP.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/otlp/#otlphttp">OTLP/HTTP</a>
 */
final class OtlpPush {
    private OtlpPush() {}

    static MeterRegistry registry(io.slotgate.proxy.config.OtlpConfig config, Histograms histograms) {
        Settings settings = new Settings(config);
        return OtlpMeterRegistry.builder(settings).clock(Clock.SYSTEM)
                .metricsSender(new HistogramSender(new OtlpHttpMetricsSender(new HttpUrlConnectionSender()), histograms,
                        settings.baseTimeUnit()))
                .build();
    }

    /** What is not said here is as the specification's environment variables say. */
    private record Settings(io.slotgate.proxy.config.OtlpConfig config) implements OtlpConfig {
        @Override
        public @Nullable String get(String key) {
            return null;
        }

        @Override
        public String url() {
            return config.url().toString();
        }

        @Override
        public Duration step() {
            return config.interval();
        }

        @Override
        public Map<String, String> resourceAttributes() {
            Map<String, String> attributes = new LinkedHashMap<>(OtlpConfig.super.resourceAttributes());
            attributes.putIfAbsent("service.name", "slotgate");
            return attributes;
        }
    }
}
