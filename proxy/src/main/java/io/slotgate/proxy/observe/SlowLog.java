package io.slotgate.proxy.observe;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The last slow commands of this proxy, a bounded number, of all workers. Any thread; nobody waits for anybody.
 *
 * @see <a href="https://valkey.io/commands/slowlog-get/">SLOWLOG GET</a>
 */
public final class SlowLog {
    private static final long NOTHING = Long.MAX_VALUE;

    private volatile long thresholdNanos;
    /** One place for each that is kept, by its id; it has one that is never used if none are kept. */
    private volatile AtomicReferenceArray<SlowCommand> ring;
    private volatile int most;
    private final AtomicLong next = new AtomicLong();
    private final LatencySpikes spikes = new LatencySpikes();
    private volatile long firstKept;

    private SlowLog(long thresholdNanos, int most) {
        this.thresholdNanos = thresholdNanos;
        this.most = most;
        this.ring = new AtomicReferenceArray<>(Math.max(1, most));
    }

    /**
     * @param thresholdNanos what takes so long or longer is kept
     * @param most how many are kept, 0 or more
     */
    public static SlowLog of(long thresholdNanos, int most) {
        return new SlowLog(thresholdNanos, most);
    }

    /** One that keeps nothing. */
    public static SlowLog off() {
        return new SlowLog(NOTHING, 0);
    }

    /**
     * From now on these hold; as many of the newest as there is room for stay. Workers follow when they are told to. One thread at a time.
     *
     * @param slowerThan what takes so long or longer is kept; null: nothing is
     */
    public void change(@Nullable Duration slowerThan, int newMost) {
        thresholdNanos = slowerThan == null ? NOTHING : slowerThan.toNanos();
        if (newMost == most) {
            return;
        }
        AtomicReferenceArray<SlowCommand> larger = new AtomicReferenceArray<>(Math.max(1, newMost));
        // The oldest first, so that the newest stay where they share a place.
        for (SlowCommand entry : entries().reversed()) {
            larger.set((int) (entry.id() % larger.length()), entry);
        }
        ring = larger;
        most = newMost;
    }

    /** What takes so many nanoseconds or more is slow. */
    long thresholdNanos() {
        return thresholdNanos;
    }

    /** How many are kept. */
    int most() {
        return most;
    }

    /** When commands were slow. */
    public LatencySpikes spikes() {
        return spikes;
    }

    void add(long nowMillis, long micros, List<String> arguments, String client, String clientName) {
        spikes.add(nowMillis / 1000, micros / 1000);
        if (most > 0) {
            long id = next.getAndIncrement();
            AtomicReferenceArray<SlowCommand> places = ring;
            places.set((int) (id % places.length()),
                    new SlowCommand(id, nowMillis / 1000, micros, arguments, client, clientName));
        }
    }

    /** What is kept, the newest first. */
    public List<SlowCommand> entries() {
        long from = firstKept;
        List<SlowCommand> entries = new ArrayList<>();
        AtomicReferenceArray<SlowCommand> places = ring;
        for (int i = 0; i < places.length() && most > 0; i++) {
            SlowCommand entry = places.get(i);
            if (entry != null && entry.id() >= from) {
                entries.add(entry);
            }
        }
        entries.sort(Comparator.comparingLong(SlowCommand::id).reversed());
        return entries;
    }

    /** How many are kept. */
    public int length() {
        return entries().size();
    }

    /** Forgets what is kept; numbers go on. */
    public void reset() {
        firstKept = next.get();
    }
}
