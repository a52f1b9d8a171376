package io.slotgate.proxy.observe;

/** A histogram of durations that one worker writes; see {@link LatencyFigures} for its buckets. */
final class Latencies {
    private final long[] counts = new long[LatencyFigures.BUCKETS];
    private long nanos;

    void record(long duration) {
        long positive = Math.max(0, duration);
        nanos += positive;
        counts[LatencyFigures.bucket(positive / 1000)]++;
    }

    LatencyFigures snapshot() {
        return new LatencyFigures(counts.clone(), nanos);
    }
}
