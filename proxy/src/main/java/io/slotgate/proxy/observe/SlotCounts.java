package io.slotgate.proxy.observe;

/**
 * How often keys of each slot were named by commands since the start: estimates, made of a sample ({@code heat.sample}), once for each key
 * of a command. Immutable.
 */
public final class SlotCounts {
    private final long[] reads;
    private final long[] writes;

    /** @param reads taken over, as is {@code writes}; one for each slot, or none at all */
    public SlotCounts(long[] reads, long[] writes) {
        this.reads = reads;
        this.writes = writes;
    }

    /** Number of slots; 0 if nothing is counted. */
    public int size() {
        return reads.length;
    }

    /** By commands that change nothing. */
    public long reads(int slot) {
        return reads[slot];
    }

    /** By commands that may change something. */
    public long writes(int slot) {
        return writes[slot];
    }

    /** These and others. */
    public SlotCounts plus(SlotCounts other) {
        if (other.size() == 0) {
            return this;
        }
        if (size() == 0) {
            return other;
        }
        long[] allReads = reads.clone();
        long[] allWrites = writes.clone();
        for (int slot = 0; slot < allReads.length; slot++) {
            allReads[slot] += other.reads[slot];
            allWrites[slot] += other.writes[slot];
        }
        return new SlotCounts(allReads, allWrites);
    }
}
