package io.slotgate.proxy.config;

import java.net.URI;
import java.time.Duration;

/**
 * Figures sent by the OpenTelemetry protocol.
 *
 * @param url where to, with its path: {@code http://localhost:4318/v1/metrics}
 * @param interval between two reports, 1 s to 1 h
 */
public record OtlpConfig(URI url, Duration interval) {
    static final URI DEFAULT_URL = URI.create("http://localhost:4318/v1/metrics");
    static final Duration DEFAULT_INTERVAL = Duration.ofMinutes(1);

    public OtlpConfig {
        Problems problems = new Problems();
        if (!("http".equals(url.getScheme()) || "https".equals(url.getScheme())) || url.getHost() == null
                || url.getRawUserInfo() != null) {
            problems.unexpected("url", url, "such as " + DEFAULT_URL);
        }
        problems.duration("interval", interval, Duration.ofSeconds(1), Duration.ofHours(1));
        problems.throwIfAny();
    }

    static OtlpConfig defaults() {
        return new OtlpConfig(DEFAULT_URL, DEFAULT_INTERVAL);
    }
}
