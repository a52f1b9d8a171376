package io.slotgate.proxy.fanout;

import org.jspecify.annotations.Nullable;

/**
 * A place in the walk over all primaries, as the client carries it: a bit that a {@link SlotCursor} has not, the
 * cursor of the node, the number of the primary. Stays below 2^53, above which JavaScript clients lose digits.
 *
 * @param primary which primary, in order of their lowest slot, 0..1023
 * @param ofNode the cursor that this primary gave
 */
record NodeCursor(int primary, long ofNode) {
    private static final int PRIMARY_BITS = 10;
    private static final long MARK = 1L << 52;

    /** The beginning. */
    static final NodeCursor FIRST = new NodeCursor(0, 0);

    /** The largest cursor of a node that still fits. */
    static final long LARGEST_OF_NODE = (1L << (52 - PRIMARY_BITS)) - 1;

    /** The place that a number from the client stands for; null if it is none of these. */
    static @Nullable NodeCursor decoded(long value) {
        return (value & MARK) == 0 || value >= MARK << 1
                ? null
                : new NodeCursor((int) (value & ((1 << PRIMARY_BITS) - 1)), (value & ~MARK) >>> PRIMARY_BITS);
    }

    /** The number the client gets. */
    long encoded() {
        return MARK | ofNode << PRIMARY_BITS | primary;
    }
}
