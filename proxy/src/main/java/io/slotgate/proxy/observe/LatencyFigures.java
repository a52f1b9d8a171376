package io.slotgate.proxy.observe;

/**
 * How long things took, as a histogram over buckets that are the same everywhere: one for each microsecond below 4, then four
 * to each doubling, so that a bucket's bounds are at most a quarter apart; the last takes all from about an hour on. Immutable.
 */
public final class LatencyFigures {
    /** Number of buckets. */
    public static final int BUCKETS = 128;

    /** Of what never happened. */
    public static final LatencyFigures NONE = new LatencyFigures(new long[BUCKETS], 0);

    private final long[] counts;
    private final long nanos;
    private final long count;

    /** @param counts taken over, one for each bucket */
    LatencyFigures(long[] counts, long nanos) {
        this.counts = counts;
        this.nanos = nanos;
        long sum = 0;
        for (long each : counts) {
            sum += each;
        }
        this.count = sum;
    }

    /** Of these durations. */
    public static LatencyFigures ofMicros(long... durations) {
        Latencies latencies = new Latencies();
        for (long micros : durations) {
            latencies.record(micros * 1000);
        }
        return latencies.snapshot();
    }

    static int bucket(long micros) {
        if (micros < 4) {
            return (int) micros;
        }
        int octave = 63 - Long.numberOfLeadingZeros(micros);
        int bucket = (octave - 1) * 4 + (int) ((micros >>> (octave - 2)) & 3);
        return Math.min(bucket, BUCKETS - 1);
    }

    /** The least duration, in microseconds, that is too long for a bucket of {@link #BUCKETS}; of the last it is a fiction. */
    public static long upperBoundMicros(int bucket) {
        int next = bucket + 1;
        return next < 4 ? next : (4L + (next & 3)) << ((next >> 2) - 1);
    }

    /** How many fell into a bucket. */
    public long count(int bucket) {
        return counts[bucket];
    }

    /** How many there were. */
    public long count() {
        return count;
    }

    /** What they took together, in nanoseconds. */
    public long sumNanos() {
        return nanos;
    }

    /** The mean in microseconds; 0 if there were none. */
    public double meanMicros() {
        return count == 0 ? 0 : nanos / 1000.0 / count;
    }

    /**
     * A duration in microseconds that a part of them did not exceed, rounded up to a bucket's bound; 0 if there were none.
     *
     * @param part 0.5 for the median, 0.99, 0.999; 0 to 1
     */
    public long percentileMicros(double part) {
        long rank = Math.max(1, (long) Math.ceil(part * count));
        long seen = 0;
        for (int i = 0; i < BUCKETS; i++) {
            seen += counts[i];
            if (seen >= rank) {
                return upperBoundMicros(i);
            }
        }
        return 0;
    }

    /** These and others. */
    public LatencyFigures plus(LatencyFigures other) {
        long[] sum = counts.clone();
        for (int i = 0; i < BUCKETS; i++) {
            sum[i] += other.counts[i];
        }
        return new LatencyFigures(sum, nanos + other.nanos);
    }

    /** These without those of an earlier look: what happened in between. */
    public LatencyFigures since(LatencyFigures earlier) {
        long[] rest = counts.clone();
        for (int i = 0; i < BUCKETS; i++) {
            rest[i] = Math.max(0, rest[i] - earlier.counts[i]);
        }
        return new LatencyFigures(rest, Math.max(0, nanos - earlier.nanos));
    }
}
