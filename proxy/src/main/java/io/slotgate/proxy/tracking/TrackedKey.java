package io.slotgate.proxy.tracking;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/** A key in a table. One that is only looked up is filled anew for each look; one that is kept never changes. */
final class TrackedKey {
    private byte[] bytes;
    private int length;
    private int hash;

    /** One to look others up with. */
    TrackedKey() {
        bytes = new byte[64];
    }

    private TrackedKey(TrackedKey probe) {
        bytes = Arrays.copyOf(probe.bytes, probe.length);
        length = probe.length;
        hash = probe.hash;
    }

    /** Makes it the key in these bytes. */
    void fill(ByteBuf buffer, int start, int size) {
        if (bytes.length < size) {
            bytes = new byte[Math.max(size, bytes.length * 2)];
        }
        buffer.getBytes(start, bytes, 0, size);
        filled(size);
    }

    /** Makes it this key. */
    void fill(byte[] key) {
        if (bytes.length < key.length) {
            bytes = new byte[Math.max(key.length, bytes.length * 2)];
        }
        System.arraycopy(key, 0, bytes, 0, key.length);
        filled(key.length);
    }

    private void filled(int size) {
        length = size;
        int sum = 1;
        for (int i = 0; i < size; i++) {
            sum = 31 * sum + bytes[i];
        }
        hash = sum;
    }

    /** The same key, to be kept. */
    TrackedKey copy() {
        return new TrackedKey(this);
    }

    int length() {
        return length;
    }

    byte[] array() {
        return bytes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TrackedKey key && key.hash == hash
                && Arrays.equals(bytes, 0, length, key.bytes, 0, key.length);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
