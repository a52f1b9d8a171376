package io.slotgate.proxy.observe;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * When commands were slow here, as the server's latency monitor has it: for each second the longest, of a bounded number of
 * seconds. Any thread; nobody waits for anybody.
 *
 * @see <a href="https://valkey.io/topics/latency-monitor/">Latency monitoring</a>
 */
public final class LatencySpikes {
    /** The name of the event. */
    public static final String EVENT = "slotgate-command";

    private static final int SECONDS = 160;

    /** @param millis the longest latency of that second */
    public record Spike(long unixSeconds, long millis) {}

    private final AtomicReferenceArray<@Nullable Spike> ring = new AtomicReferenceArray<>(SECONDS);

    void add(long unixSeconds, long millis) {
        ring.updateAndGet((int) (unixSeconds % SECONDS),
                before -> before != null && before.unixSeconds == unixSeconds && before.millis >= millis
                        ? before
                        : new Spike(unixSeconds, millis));
    }

    /** What is kept, the oldest first. */
    public List<Spike> history() {
        List<Spike> spikes = new ArrayList<>();
        for (int i = 0; i < SECONDS; i++) {
            Spike spike = ring.get(i);
            if (spike != null) {
                spikes.add(spike);
            }
        }
        spikes.sort(Comparator.comparingLong(Spike::unixSeconds));
        return spikes;
    }

    /** Forgets all; whether there was anything. */
    public boolean reset() {
        boolean any = false;
        for (int i = 0; i < SECONDS; i++) {
            any |= ring.getAndSet(i, null) != null;
        }
        return any;
    }
}
