package io.slotgate.topology.history;

import io.slotgate.topology.model.SlotMap;
import io.slotgate.topology.model.SlotRange;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Sets of slots as ranges: in order, disjoint, as few as possible. */
final class Slots {
    private Slots() {}

    static List<SlotRange> union(List<SlotRange> a, List<SlotRange> b) {
        BitSet all = new BitSet(SlotMap.SLOTS);
        a.forEach(range -> all.set(range.first(), range.last() + 1));
        b.forEach(range -> all.set(range.first(), range.last() + 1));
        return ranges(all);
    }

    static List<SlotRange> ranges(BitSet slots) {
        List<SlotRange> ranges = new ArrayList<>();
        for (int first = slots.nextSetBit(0); first >= 0;) {
            int end = slots.nextClearBit(first);
            ranges.add(new SlotRange(first, end - 1));
            first = slots.nextSetBit(end);
        }
        return ranges;
    }

    static int count(List<SlotRange> ranges) {
        return ranges.stream().mapToInt(range -> range.last() - range.first() + 1).sum();
    }
}
