package io.slotgate.proxy.observe;

import io.slotgate.proxy.command.CommandSpec;
import io.slotgate.proxy.command.KeyPositions;
import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.resp.RequestFrame;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Where one worker's commands go: how many to each slot, which keys come often, which are large. One command of some is looked at, by
 * chance, so that no rhythm of the clients can hide any; to count each would cost a cache miss a command. Confined to its worker.
 */
final class Heat {
    /** From this size on, of a command or a reply, a key is big. */
    static final int BIG = 64 * 1024;

    private int sampled;
    private long[] reads;
    private long[] writes;
    private KeySketch sketch;
    private BigKeys bigKeys = new BigKeys();
    private final KeyPositions positions = new KeyPositions();
    private long random = ThreadLocalRandom.current().nextLong() | 1;
    private int untilNext;

    /** @param sampled one of how many commands has its keys looked at, 1 or more; 0: nothing is counted at all */
    Heat(int sampled, long now) {
        this.sampled = sampled;
        int slots = sampled == 0 ? 0 : SlotHash.SLOTS;
        this.reads = new long[slots];
        this.writes = new long[slots];
        this.sketch = new KeySketch(now);
        drawNext();
    }

    /**
     * As at first, from now on. What was counted of slots goes on if it was and is counted; what comes often is found out anew, for it
     * was counted by another measure.
     */
    void sample(int newSampled, long now) {
        if (newSampled == sampled) {
            return;
        }
        if (newSampled == 0 || sampled == 0) {
            int slots = newSampled == 0 ? 0 : SlotHash.SLOTS;
            reads = new long[slots];
            writes = new long[slots];
            bigKeys = new BigKeys();
        }
        sampled = newSampled;
        sketch = new KeySketch(now);
        drawNext();
    }

    /** Whether the keys of a command that has come, of so many bytes, are to be looked at. */
    boolean isDue(int bytes) {
        return --untilNext <= 0 || bytes >= BIG;
    }

    /** Looks at the keys of a command that {@link #isDue}. */
    void look(CommandSpec spec, RequestFrame frame, long nowMillis) {
        boolean drawn = untilNext <= 0;
        if (drawn) {
            drawNext();
        }
        if (sampled == 0 || !spec.keyed() || spec.pubsub()) {
            return;
        }
        int single = spec.singleKey();
        if (single != 0) {
            if (drawn) {
                count(spec, frame, single);
            }
        } else if (drawn && spec.keys().find(frame, positions)) {
            for (int i = 0; i < positions.count(); i++) {
                count(spec, frame, positions.get(i));
            }
        }
        if (frame.size() >= BIG) {
            big(spec, frame, frame.size(), nowMillis);
        }
    }

    private void count(CommandSpec spec, RequestFrame frame, int key) {
        int slot = SlotHash.slot(frame.buffer(), frame.offset(key), frame.length(key));
        (spec.readOnly() ? reads : writes)[slot] += sampled;
        sketch.add(frame.buffer(), frame.offset(key), frame.length(key));
    }

    /** A command, or its reply, has so many bytes; if it has one key, that is remembered. */
    void big(CommandSpec spec, RequestFrame frame, long bytes, long nowMillis) {
        int key = spec.singleKey();
        if (key == 0 && spec.keyed() && spec.keys().find(frame, positions) && positions.count() == 1) {
            key = positions.get(0);
        }
        if (key != 0 && key < frame.argc() && sampled != 0 && !spec.pubsub()) {
            bigKeys.add(frame.buffer(), frame.offset(key), frame.length(key), spec.name(), bytes, nowMillis);
        }
    }

    private void drawNext() {
        random ^= random << 13;
        random ^= random >>> 7;
        random ^= random << 17;
        // 1 to twice the number less one: the number on average.
        untilNext = sampled == 0 ? Integer.MAX_VALUE : 1 + (int) ((random >>> 33) % (2L * sampled - 1));
    }

    void age(long now, long nowMillis) {
        sketch.age(now);
        bigKeys.age(nowMillis);
    }

    WorkerHeat snapshot(long now) {
        return new WorkerHeat(new SlotCounts(reads.clone(), writes.clone()), sampled == 0
                ? KeySketch.Snapshot.NONE
                : sketch.snapshot(now, sampled), bigKeys.snapshot());
    }
}
