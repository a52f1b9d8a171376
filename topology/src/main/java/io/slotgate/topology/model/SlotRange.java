package io.slotgate.topology.model;

/**
 * Consecutive slots, both ends included, as {@code CLUSTER NODES} writes them.
 *
 * @param first lowest slot, 0..16383
 * @param last highest slot, {@code first}..16383
 */
public record SlotRange(int first, int last) {
    public SlotRange {
        SlotMap.checkSlot(first);
        SlotMap.checkSlot(last);
        if (first > last) {
            throw new IllegalArgumentException("slot range: " + first + "-" + last + " (expected: first <= last)");
        }
    }

    /** Whether {@code slot} lies within. */
    public boolean contains(int slot) {
        return first <= slot && slot <= last;
    }

    @Override
    public String toString() {
        return first == last ? Integer.toString(first) : first + "-" + last;
    }
}
