package io.slotgate.admin.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.MeterRegistry;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.slotgate.admin.metrics.push.Histograms;
import io.slotgate.admin.metrics.push.Histograms.Buckets;
import io.slotgate.proxy.observe.ClassFigures;
import io.slotgate.proxy.observe.CommandClass;
import io.slotgate.proxy.observe.LatencyFigures;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What became of commands by their class, and how long they took: as histograms with bounds that are the same everywhere for who scrapes, and
 * for who is sent figures by OTLP; as number and sum for other registries, which take histograms only of what they saw themselves.
 */
final class CommandMeters {
    private static final String DURATION = "slotgate.command.duration";
    private static final String DURATION_HELP = "Time that commands took, without those that block: here (proxy), of that at nodes (upstream)";
    /** The first bound in microseconds, and how many there are, each twice the one before: up to 8.4 s. */
    private static final long FIRST_MICROS = 32;
    private static final int BOUNDS = 19;

    private final CommandClassFigures figures;

    CommandMeters(CommandClassFigures figures) {
        this.figures = figures;
    }

    @SuppressWarnings("ImmutableEnumChecker") // Method references hold nothing.
    private enum Outcome {
        OK(ClassFigures::ok), ERROR(ClassFigures::error), UNCERTAIN(ClassFigures::uncertain), REFUSED(
                ClassFigures::refused);

        private final ToLongFunction<ClassFigures> count;

        Outcome(ToLongFunction<ClassFigures> count) {
            this.count = count;
        }
    }

    @SuppressWarnings("ImmutableEnumChecker") // Method references hold nothing.
    private enum Side {
        PROXY(ClassFigures::total), UPSTREAM(ClassFigures::upstream);

        private final Function<ClassFigures, LatencyFigures> latencies;

        Side(Function<ClassFigures, LatencyFigures> latencies) {
            this.latencies = latencies;
        }
    }

    /** For any registry. */
    void bindCounters(MeterRegistry registry) {
        for (CommandClass commands : CommandClass.values()) {
            for (Outcome outcome : Outcome.values()) {
                FunctionCounter
                        .builder("slotgate.commands", figures, f -> outcome.count.applyAsLong(f.of(commands)))
                        .tags("class", lower(commands), "outcome", lower(outcome))
                        .description("Commands answered, by what they are and what came of them").register(registry);
            }
        }
    }

    /** For registries that figures are sent to. */
    void bindTimers(MeterRegistry registry) {
        for (CommandClass commands : CommandClass.values()) {
            for (Side side : Side.values()) {
                FunctionTimer
                        .builder(DURATION, figures, f -> side.latencies.apply(f.of(commands)).count(),
                                f -> side.latencies.apply(f.of(commands)).sumNanos(), TimeUnit.NANOSECONDS)
                        .tags("class", lower(commands), "side", lower(side)).description(DURATION_HELP)
                        .register(registry);
            }
        }
    }

    /** For who scrapes. */
    void bindHistograms(PrometheusRegistry registry) {
        Collector collector = this::histograms;
        registry.register(collector);
    }

    private MetricSnapshot histograms() {
        HistogramSnapshot.Builder histograms = HistogramSnapshot.builder()
                .name(DURATION.replace('.', '_') + "_seconds").help(DURATION_HELP);
        for (CommandClass commands : CommandClass.values()) {
            for (Side side : Side.values()) {
                LatencyFigures latencies = side.latencies.apply(figures.of(commands));
                histograms.dataPoint(HistogramDataPointSnapshot.builder()
                        .labels(Labels.of("class", lower(commands), "side", lower(side)))
                        .classicHistogramBuckets(buckets(latencies)).sum(latencies.sumNanos() / 1e9).build());
            }
        }
        return histograms.build();
    }

    /** As {@link Histograms#of}: the bounds are those that a scrape gets. */
    @Nullable
    Buckets histogram(String name, Map<String, String> tags) {
        if (!name.equals(DURATION)) {
            return null;
        }
        for (CommandClass commands : CommandClass.values()) {
            for (Side side : Side.values()) {
                if (lower(commands).equals(tags.get("class")) && lower(side).equals(tags.get("side"))) {
                    LatencyFigures latencies = side.latencies.apply(figures.of(commands));
                    return new Buckets(bounds().boxed().toList(), counts(latencies), latencies.sumNanos() / 1e9);
                }
            }
        }
        return null;
    }

    private static ClassicHistogramBuckets buckets(LatencyFigures latencies) {
        return ClassicHistogramBuckets.of(DoubleStream.concat(bounds(), DoubleStream.of(Double.POSITIVE_INFINITY))
                .boxed().toList(), counts(latencies));
    }

    private static DoubleStream bounds() {
        return IntStream.range(0, BOUNDS).mapToDouble(i -> (FIRST_MICROS << i) / 1e6);
    }

    /** Each bound is one of a bucket of the figures, so that nothing has to be guessed. The last is what is above all bounds. */
    private static List<Long> counts(LatencyFigures latencies) {
        List<Long> counts = new ArrayList<>();
        int next = 0;
        for (int i = 0; i < BOUNDS; i++) {
            long bound = FIRST_MICROS << i;
            long count = 0;
            for (; next < LatencyFigures.BUCKETS && LatencyFigures.upperBoundMicros(next) <= bound; next++) {
                count += latencies.count(next);
            }
            counts.add(count);
        }
        long rest = 0;
        for (; next < LatencyFigures.BUCKETS; next++) {
            rest += latencies.count(next);
        }
        counts.add(rest);
        return counts;
    }

    private static String lower(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT);
    }
}
