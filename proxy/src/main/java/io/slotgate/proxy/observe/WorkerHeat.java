package io.slotgate.proxy.observe;

import java.util.List;

/** What one worker saw of slots and keys, to be put together by {@link HeatFigures#merge}. Immutable. */
public final class WorkerHeat {
    final SlotCounts slots;
    final KeySketch.Snapshot keys;
    final List<BigKey> bigKeys;

    WorkerHeat(SlotCounts slots, KeySketch.Snapshot keys, List<BigKey> bigKeys) {
        this.slots = slots;
        this.keys = keys;
        this.bigKeys = bigKeys;
    }
}
