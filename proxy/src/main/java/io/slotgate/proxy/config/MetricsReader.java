package io.slotgate.proxy.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads where figures are sent. */
final class MetricsReader {
    private MetricsReader() {}

    static MetricsConfig read(Section section) {
        OtlpConfig otlp = section.has("otlp") && !section.off("otlp") ? otlp(section.section("otlp")) : null;
        CloudWatchConfig cloudwatch = section.has("cloudwatch") && !section.off("cloudwatch")
                ? cloudwatch(section.section("cloudwatch"))
                : null;
        return section.make(MetricsConfig.none(), () -> new MetricsConfig(otlp, cloudwatch));
    }

    private static OtlpConfig otlp(Section section) {
        OtlpConfig defaults = OtlpConfig.defaults();
        String url = section.text("url");
        return section.make(defaults, () -> {
            URI given = uri("url", url);
            return new OtlpConfig(given == null ? defaults.url() : given,
                    section.duration("interval", defaults.interval()));
        });
    }

    private static CloudWatchConfig cloudwatch(Section section) {
        CloudWatchConfig defaults = CloudWatchConfig.defaults();
        String namespace = section.text("namespace");
        String region = section.text("region");
        String endpoint = section.text("endpoint");
        return section.make(defaults, () -> new CloudWatchConfig(namespace == null ? defaults.namespace() : namespace,
                region, section.duration("interval", defaults.interval()), uri("endpoint", endpoint)));
    }

    private static @Nullable URI uri(String key, @Nullable String text) {
        try {
            return text == null ? null : new URI(text);
        } catch (URISyntaxException e) {
            throw new ConfigException(List.of(new Problem(key, Units.quoted(text) + " (expected: a URL)")));
        }
    }
}
