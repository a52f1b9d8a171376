package io.slotgate.proxy.config;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Figures sent to Amazon CloudWatch, with the credentials that the AWS SDK finds.
 *
 * @param namespace they are put under, 1..255 characters
 * @param region such as {@code eu-central-1}; null: as the AWS SDK finds it
 * @param interval between two reports, 1 s to 1 h
 * @param endpoint of the service; null: that of AWS in the region
 */
public record CloudWatchConfig(String namespace, @Nullable String region, Duration interval, @Nullable URI endpoint) {
    static final String DEFAULT_NAMESPACE = "slotgate";
    static final Duration DEFAULT_INTERVAL = Duration.ofMinutes(1);
    private static final int LONGEST = 255;

    public CloudWatchConfig {
        Problems problems = new Problems();
        if (namespace.isBlank() || namespace.length() > LONGEST || namespace.startsWith("AWS/")
                || namespace.startsWith(":")) {
            problems.unexpected("namespace", Units.quoted(namespace), "1.." + LONGEST
                    + " characters that don't begin with AWS/ or a colon");
        }
        if (region != null) {
            problems.word("region", region);
        }
        problems.duration("interval", interval, Duration.ofSeconds(1), Duration.ofHours(1));
        if (endpoint != null && (!("http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme()))
                || endpoint.getHost() == null)) {
            problems.unexpected("endpoint", endpoint, "such as https://monitoring.eu-central-1.amazonaws.com");
        }
        problems.throwIfAny();
    }

    static CloudWatchConfig defaults() {
        return new CloudWatchConfig(DEFAULT_NAMESPACE, null, DEFAULT_INTERVAL, null);
    }
}
