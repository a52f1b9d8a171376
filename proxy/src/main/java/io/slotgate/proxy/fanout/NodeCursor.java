package io.slotgate.proxy.fanout;

import io.slotgate.proxy.resp.RequestFrame;
import org.jspecify.annotations.Nullable;

/**
 * A place in the walk over all primaries, as the client carries it: the cursor of the node in the upper bits, the number of
 * the primary in the lower ones. Stays below 2^53, above which JavaScript clients lose digits.
 *
 * @param primary which primary, in order of their lowest slot, 0..1023
 * @param ofNode the cursor that this primary gave
 */
public record NodeCursor(int primary, long ofNode) {
    private static final int PRIMARY_BITS = 10;

    /** The largest cursor of a node that still fits. */
    static final long LARGEST_OF_NODE = (1L << (53 - PRIMARY_BITS)) - 1;

    /** The cursor in argument {@code arg}; null if it is no cursor. */
    public static @Nullable NodeCursor read(RequestFrame frame, int arg) {
        if (frame.length(arg) == 0 || frame.length(arg) > 18) {
            return null;
        }
        long value = 0;
        for (int i = 0; i < frame.length(arg); i++) {
            int digit = frame.buffer().getByte(frame.offset(arg) + i) - '0';
            if (digit < 0 || digit > 9) {
                return null;
            }
            value = value * 10 + digit;
        }
        return new NodeCursor((int) (value & ((1 << PRIMARY_BITS) - 1)), value >>> PRIMARY_BITS);
    }

    /** The number the client gets. */
    long encoded() {
        return ofNode << PRIMARY_BITS | primary;
    }
}
