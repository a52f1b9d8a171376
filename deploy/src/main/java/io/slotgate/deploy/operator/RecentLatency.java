package io.slotgate.deploy.operator;

import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * How long a command took between two looks at {@code /commands}: what was counted since the proxy started would hide for days that
 * something has become slow.
 */
final class RecentLatency {
    private final TreeMap<Long, Long> counts = new TreeMap<>();
    private long all;

    /**
     * @param before what the command was at the first look; missing if it was not there
     * @param side {@code proxy} or {@code upstream}
     */
    RecentLatency(JsonNode before, JsonNode now, String side) {
        now.path(side).path("buckets").forEach(bucket -> counts.merge(bound(bucket), count(bucket), Long::sum));
        before.path(side).path("buckets").forEach(bucket -> counts.merge(bound(bucket), -count(bucket), Long::sum));
        all = counts.values().stream().mapToLong(count -> Math.max(0, count)).sum();
    }

    /** The upper bound of the bucket in which the percentile lies; empty if nothing was counted. */
    String percentile(double share) {
        long wanted = (long) Math.ceil(all * share);
        long seen = 0;
        for (Map.Entry<Long, Long> bucket : counts.entrySet()) {
            seen += Math.max(0, bucket.getValue());
            if (all > 0 && seen >= wanted) {
                return Text.micros(bucket.getKey());
            }
        }
        return "";
    }

    private static long bound(JsonNode bucket) {
        return bucket.path(0).asLong(0);
    }

    private static long count(JsonNode bucket) {
        return bucket.path(1).asLong(0);
    }
}
