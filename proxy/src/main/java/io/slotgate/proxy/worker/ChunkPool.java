package io.slotgate.proxy.worker;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;

/** The chunks of one worker. Keeps a few free ones of the usual size; larger ones are made to measure and not kept. */
public final class ChunkPool {
    /** Usual size of a chunk, in bytes. */
    public static final int CHUNK_BYTES = 16 * 1024;

    private static final int FREE_CHUNKS = 64;

    private final ByteBufAllocator allocator;
    private final ArrayDeque<Chunk> free = new ArrayDeque<>(FREE_CHUNKS);

    ChunkPool(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    /** A chunk with room for at least {@code bytes}, held by the caller. */
    public Chunk take(int bytes) {
        if (bytes > CHUNK_BYTES) {
            return new Chunk(this, allocator.directBuffer(bytes, bytes), false);
        }
        Chunk chunk = free.pollFirst();
        if (chunk == null) {
            return new Chunk(this, allocator.directBuffer(CHUNK_BYTES, CHUNK_BYTES), true);
        }
        chunk.heldByItsWriter();
        return chunk;
    }

    /** A chunk made of a buffer that is there already; takes over the caller's reference and is held by the caller. */
    public Chunk wrap(ByteBuf buffer) {
        return new Chunk(this, buffer, false);
    }

    void give(Chunk chunk) {
        ByteBuf buffer = chunk.buffer();
        // Netty may still be writing a part of it: then it is Netty that frees it.
        if (chunk.usual() && buffer.refCnt() == 1 && free.size() < FREE_CHUNKS) {
            buffer.clear();
            free.addFirst(chunk);
        } else {
            buffer.release();
        }
    }

    void close() {
        for (Chunk chunk : free) {
            chunk.buffer().release();
        }
        free.clear();
    }
}
