package io.slotgate.topology.discovery;

import java.util.ArrayDeque;
import java.util.Iterator;

/**
 * How far the replicas of one primary are behind, as time: from samples of how long the primary's stream of writes was when.
 * A replica that has acknowledged as much as the primary had three seconds ago is three seconds behind, however much that is.
 * Not for several threads.
 */
final class LagBook {
    private record Sample(long nanos, long offset) {}

    private final ArrayDeque<Sample> samples = new ArrayDeque<>();
    private final long keepNanos;

    /** @param keepNanos how far back it looks: what is further behind is at least so far behind */
    LagBook(long keepNanos) {
        this.keepNanos = keepNanos;
    }

    /** Notes how long the stream is at {@code now}, {@link System#nanoTime}; a shorter one than before is another stream. */
    void sample(long now, long offset) {
        if (!samples.isEmpty() && samples.getLast().offset > offset) {
            samples.clear();
        }
        if (!samples.isEmpty() && samples.getLast().offset == offset) {
            // Nothing was written in between: the time at which it became so long is what counts.
            samples.removeLast();
        }
        samples.addLast(new Sample(now, offset));
        while (samples.size() > 2 && now - samples.getFirst().nanos > keepNanos) {
            samples.removeFirst();
        }
    }

    /** How long ago the primary had no more than what was acknowledged, in nanoseconds; 0 if it has no more now. */
    long behind(long now, long acknowledged) {
        if (samples.isEmpty() || acknowledged >= samples.getLast().offset) {
            return 0;
        }
        for (Iterator<Sample> each = samples.descendingIterator(); each.hasNext();) {
            Sample sample = each.next();
            if (sample.offset <= acknowledged) {
                return now - sample.nanos;
            }
        }
        // Since the look back begins, or longer: with one sample nothing can be told yet.
        return samples.size() == 1 ? 0 : Math.max(keepNanos, now - samples.getFirst().nanos);
    }
}
