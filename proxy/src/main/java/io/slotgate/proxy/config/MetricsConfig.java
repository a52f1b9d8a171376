package io.slotgate.proxy.config;

import org.jspecify.annotations.Nullable;

/**
 * Where figures are sent, beside the scrape that the admin API answers.
 *
 * @param otlp null: not by the OpenTelemetry protocol
 * @param cloudwatch null: not to Amazon CloudWatch
 */
public record MetricsConfig(@Nullable OtlpConfig otlp, @Nullable CloudWatchConfig cloudwatch) {
    /** Nothing is sent. */
    public static MetricsConfig none() {
        return new MetricsConfig(null, null);
    }
}
