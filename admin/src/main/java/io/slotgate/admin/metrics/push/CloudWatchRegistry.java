package io.slotgate.admin.metrics.push;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Statistic;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.step.StepMeterRegistry;
import io.micrometer.core.instrument.step.StepRegistryConfig;
import io.micrometer.core.instrument.util.NamedThreadFactory;
import io.slotgate.proxy.config.CloudWatchConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends figures to Amazon CloudWatch: what grows as its growth in an interval, all else as it is. The workers of a proxy are values of one
 * metric, so that its sum is the proxy's and its maximum the busiest worker's, and that there are no more metrics to pay for
 * than there are names.
 */
final class CloudWatchRegistry extends StepMeterRegistry {
    private static final Logger log = LoggerFactory.getLogger(CloudWatchRegistry.class);
    /** Of 1000 that are allowed, for the size is bounded, too. */
    private static final int BATCH = 200;
    private static final int MOST_VALUES = 150;
    private static final String WORKER = "worker";

    private final CloudWatchSender sender;
    private boolean failed;

    private CloudWatchRegistry(CloudWatchConfig config, CloudWatchSender sender) {
        super(new Settings(config.interval()), Clock.SYSTEM);
        this.sender = sender;
    }

    static CloudWatchRegistry start(CloudWatchConfig config) {
        CloudWatchRegistry registry = new CloudWatchRegistry(config, new CloudWatchSender(config));
        registry.start(new NamedThreadFactory("slotgate-admin-cloudwatch"));
        return registry;
    }

    private record Settings(Duration step) implements StepRegistryConfig {
        @Override
        public String prefix() {
            return "cloudwatch";
        }

        @Override
        public @Nullable String get(String key) {
            return null;
        }
    }

    @Override
    protected TimeUnit getBaseTimeUnit() {
        return TimeUnit.SECONDS;
    }

    @Override
    protected void publish() {
        try {
            List<Datum> batch = new ArrayList<>();
            for (Datum datum : data(getMeters())) {
                batch.add(datum);
                if (batch.size() == BATCH) {
                    sender.send(batch);
                    batch.clear();
                }
            }
            if (!batch.isEmpty()) {
                sender.send(batch);
            }
            if (failed) {
                failed = false;
                log.atInfo().log("Figures are sent to CloudWatch again");
            }
        } catch (IOException | RuntimeException e) {
            if (!failed) {
                failed = true;
                log.atWarn().addKeyValue("cause", e).log("Figures can't be sent to CloudWatch");
            }
        }
    }

    /** A metric with its values. */
    record Datum(String name, Map<String, String> dimensions, List<Double> values) {}

    static Collection<Datum> data(List<Meter> meters) {
        Map<String, Datum> data = new LinkedHashMap<>();
        for (Meter meter : meters) {
            for (Measurement measurement : meter.measure()) {
                double value = measurement.getValue();
                if (Double.isFinite(value)) {
                    Map<String, String> dimensions = new TreeMap<>();
                    for (Tag tag : meter.getId().getTags()) {
                        if (!tag.getKey().equals(WORKER)) {
                            dimensions.put(tag.getKey(), tag.getValue());
                        }
                    }
                    String name = name(meter, measurement.getStatistic());
                    Datum datum = data.computeIfAbsent(name + dimensions,
                            any -> new Datum(name, dimensions, new ArrayList<>()));
                    if (datum.values().size() < MOST_VALUES) {
                        datum.values().add(value);
                    }
                }
            }
        }
        return data.values();
    }

    private static String name(Meter meter, Statistic statistic) {
        boolean only = statistic == Statistic.VALUE
                || (statistic == Statistic.COUNT && meter.getId().getType() == Meter.Type.COUNTER);
        return only
                ? meter.getId().getName()
                : meter.getId().getName() + "." + statistic.getTagValueRepresentation();
    }
}
