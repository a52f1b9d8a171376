package io.slotgate.proxy.tracking;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which sessions of one worker may have which keys, eldest first. Confined to its worker. */
final class KeyTable {
    /** What one session's tracking of one key takes beside the key: entries on both sides. Rounded up. */
    static final int ENTRY_BYTES = 208;

    private long mostEntries;
    private long mostBytes;
    private Map<TrackedKey, Watchers> watchers = new LinkedHashMap<>();
    private long entries;
    private long bytes;

    /**
     * @param mostEntries keys, each counted once for each session that tracks it
     * @param mostBytes the memory they may take, as reckoned by their length and number
     */
    KeyTable(long mostEntries, long mostBytes) {
        this.mostEntries = mostEntries;
        this.mostBytes = mostBytes;
    }

    /** From now on there may be so many keys, in so much memory; what is too much goes when the next comes. */
    void most(long newMostEntries, long newMostBytes) {
        mostEntries = newMostEntries;
        mostBytes = newMostBytes;
    }

    /** Whether the eldest has to go before another one of this length comes. */
    boolean full(int length) {
        return entries > 0 && (entries >= mostEntries || bytes + ENTRY_BYTES + length > mostBytes);
    }

    @Nullable
    TrackedKey eldest() {
        return watchers.isEmpty() ? null : watchers.keySet().iterator().next();
    }

    /** Lets {@code enrolment} track a key that it does not track yet; returns the key to remember. */
    TrackedKey add(TrackedKey probe, Enrolment enrolment) {
        TrackedKey key = probe.copy();
        Watchers known = watchers.putIfAbsent(key, enrolment.alone);
        if (known instanceof Watchers.One one) {
            watchers.put(key, Watchers.Crowd.of(one.enrolment(), enrolment));
        } else if (known instanceof Watchers.Crowd crowd) {
            crowd.all().add(enrolment);
        }
        count(key, 1);
        return key;
    }

    /** Takes a key out, with all who track it; null if nobody does. */
    @Nullable
    Watchers take(TrackedKey probe) {
        Watchers known = watchers.remove(probe);
        if (known != null) {
            count(probe, -known.size());
        }
        return known;
    }

    /** {@code enrolment} no longer tracks a key, if it does. */
    void remove(TrackedKey key, Enrolment enrolment) {
        Watchers known = watchers.get(key);
        if (known instanceof Watchers.Crowd crowd) {
            if (crowd.all().remove(enrolment)) {
                count(key, -1);
            }
            if (crowd.all().isEmpty()) {
                watchers.remove(key);
            }
        } else if (known == enrolment.alone) {
            watchers.remove(key);
            count(key, -1);
        }
    }

    void clear() {
        watchers = new LinkedHashMap<>();
        entries = 0;
        bytes = 0;
    }

    private void count(TrackedKey key, int change) {
        entries += change;
        bytes += (long) change * (ENTRY_BYTES + key.length());
    }

    long entries() {
        return entries;
    }

    long bytes() {
        return bytes;
    }
}
