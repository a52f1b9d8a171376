package io.slotgate.proxy.tracking;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.slotgate.proxy.resp.ReplyWriter;
import org.jspecify.annotations.Nullable;

/** Invalid keys that are to be said together. Confined to its worker. */
final class Gathering {
    private @Nullable ByteBuf keys;
    private int count;

    /** Adds a key; true if it is the first. */
    boolean add(ByteBufAllocator allocator, ByteBuf buffer, int start, int length) {
        ByteBuf all = keys;
        boolean first = all == null;
        if (all == null) {
            all = allocator.directBuffer(length + 16);
            keys = all;
        }
        ReplyWriter.bulk(all, buffer, start, length);
        count++;
        return first;
    }

    /** Adds a key that was tracked; true if it is the first. */
    boolean add(ByteBufAllocator allocator, TrackedKey key) {
        ByteBuf bytes = allocator.directBuffer(key.length()).writeBytes(key.array(), 0, key.length());
        try {
            return add(allocator, bytes, 0, key.length());
        } finally {
            bytes.release();
        }
    }

    int count() {
        return count;
    }

    /** What has gathered, to be released by who takes it; there must be something. */
    Invalidation take(ByteBufAllocator allocator) {
        ByteBuf all = keys;
        if (all == null) {
            throw new IllegalStateException("nothing has gathered");
        }
        keys = null;
        int taken = count;
        count = 0;
        return Invalidation.of(allocator, all, taken);
    }
}
