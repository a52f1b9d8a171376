package io.slotgate.proxy.command;

import java.util.Arrays;

/**
 * Argument indexes of the keys of one command, in the order they were found. Belongs to one worker and is used again for
 * every command; grows to the largest command seen until {@link #trim()}.
 */
public final class KeyPositions {
    private static final int USUAL_KEYS = 32;

    private int[] positions = new int[USUAL_KEYS];
    private int count;

    /** Number of keys. */
    public int count() {
        return count;
    }

    /** Argument index of key {@code i} of {@link #count()}; argument 0 is the command's name, so this is 1 or more. */
    public int get(int i) {
        return positions[i];
    }

    /** Forgets all keys. */
    public void clear() {
        count = 0;
    }

    /** Adds the key at an argument index. */
    public void add(int position) {
        if (count == positions.length) {
            positions = Arrays.copyOf(positions, count * 2);
        }
        positions[count++] = position;
    }

    /** Gives the room of an unusually long command back; forgets all keys. */
    public void trim() {
        count = 0;
        if (positions.length > USUAL_KEYS * 32) {
            positions = new int[USUAL_KEYS];
        }
    }

    /** The keys as found; for tests and messages. */
    public int[] toArray() {
        return Arrays.copyOf(positions, count);
    }

    @Override
    public String toString() {
        return Arrays.toString(toArray());
    }
}
