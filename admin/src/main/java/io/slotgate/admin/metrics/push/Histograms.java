package io.slotgate.admin.metrics.push;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Histograms that are kept elsewhere than in a registry, which has but their numbers and sums. Any thread. */
@FunctionalInterface
public interface Histograms {
    /**
     * How durations are distributed since the start.
     *
     * @param boundsSeconds upper bounds of the buckets but the last, ascending
     * @param counts how many are in each bucket, one more than there are bounds
     * @param sumSeconds of all of them
     */
    record Buckets(List<Double> boundsSeconds, List<Long> counts, double sumSeconds) {
        public Buckets {
            boundsSeconds = List.copyOf(boundsSeconds);
            counts = List.copyOf(counts);
        }
    }

    /**
     * The buckets of a series.
     *
     * @param name of the metric, as its meters have it
     * @param tags of its meters
     * @return null if none are kept of it
     */
    @Nullable
    Buckets of(String name, Map<String, String> tags);
}
