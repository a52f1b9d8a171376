package io.slotgate.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.slotgate.proxy.tracking.Invalidation;
import java.util.ArrayList;
import java.util.List;

/** Copies of keys, in order. Confined to a worker. */
final class KeyList {
    private final List<byte[]> keys = new ArrayList<>();

    void add(ByteBuf buffer, int start, int length) {
        byte[] key = new byte[length];
        buffer.getBytes(start, key);
        keys.add(key);
    }

    List<byte[]> keys() {
        return keys;
    }

    int size() {
        return keys.size();
    }

    void clear() {
        keys.clear();
    }

    /** That all of them are invalid. */
    Invalidation invalidation(ByteBufAllocator allocator) {
        return Invalidation.of(allocator, keys);
    }
}
