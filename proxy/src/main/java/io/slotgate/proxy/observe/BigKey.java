package io.slotgate.proxy.observe;

import java.util.Comparator;

/**
 * A key of which a command or a reply was large. Immutable.
 *
 * @param key as readable text, clipped after 128 bytes
 * @param slot of the key
 * @param command the one that was so large
 * @param bytes the size of the largest command or reply, the frame around the value included
 * @param seenMillis when one was last seen that counts as large, milliseconds since 1970
 */
public record BigKey(String key, int slot, String command, long bytes, long seenMillis) {
    /** The largest first. */
    static final Comparator<BigKey> BY_SIZE = Comparator.comparingLong(BigKey::bytes).reversed()
            .thenComparing(BigKey::key).thenComparing(BigKey::command).thenComparingInt(BigKey::slot);

    BigKey again(String otherCommand, long otherBytes, long now) {
        return otherBytes > bytes
                ? new BigKey(key, slot, otherCommand, otherBytes, now)
                : new BigKey(key, slot, command, bytes, now);
    }

    static BigKey larger(BigKey one, BigKey other) {
        // Whichever of them is named first.
        BigKey larger = BY_SIZE.compare(one, other) <= 0 ? one : other;
        return new BigKey(larger.key, larger.slot, larger.command, larger.bytes,
                Math.max(one.seenMillis, other.seenMillis));
    }
}
