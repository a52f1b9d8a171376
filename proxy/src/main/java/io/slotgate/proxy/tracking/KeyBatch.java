package io.slotgate.proxy.tracking;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Keys that nodes said within one turn are invalid, on their way to the desks. Filled by the hub; read only from when it is
 * handed over.
 */
final class KeyBatch {
    private final ByteBuf data;
    private int[] ends = new int[16];
    private int size;
    private boolean everything;
    private boolean unknown;

    /** @param data where the keys go; the batch takes over the reference */
    KeyBatch(ByteBuf data) {
        this.data = data;
    }

    void add(ByteBuf source, int start, int length) {
        data.writeBytes(source, start, length);
        if (size == ends.length) {
            ends = Arrays.copyOf(ends, size * 2);
        }
        ends[size++] = data.writerIndex();
    }

    /** A node says that everything is invalid, what was added so far included. */
    void everything() {
        data.clear();
        size = 0;
        everything = true;
    }

    /** Nobody knows what is invalid, what was added so far included. */
    void unknown() {
        data.clear();
        size = 0;
        unknown = true;
    }

    /** Whether a node said that everything is invalid, and then the keys. */
    boolean isEverything() {
        return everything;
    }

    /** Whether anything may be invalid, and then the keys are. */
    boolean isUnknown() {
        return unknown;
    }

    ByteBuf data() {
        return data;
    }

    int bytes() {
        return data.writerIndex() + size * Integer.BYTES;
    }

    int size() {
        return size;
    }

    int start(int i) {
        return i == 0 ? 0 : ends[i - 1];
    }

    int length(int i) {
        return ends[i] - start(i);
    }
}
