package io.slotgate.proxy.worker;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Appends to a chunk until it is full, then to the next. Confined to its worker. */
public final class ChunkWriter {
    private final ChunkPool pool;
    private @Nullable Chunk current;

    public ChunkWriter(ChunkPool pool) {
        this.pool = pool;
    }

    /** The chunk to write to, with room for at least {@code bytes}; the caller holds it for what it writes. */
    public Chunk room(int bytes) {
        Chunk chunk = current;
        if (chunk != null) {
            if (chunk.onlyItsWriterHoldsIt()) {
                chunk.buffer().clear();
            }
            if (chunk.buffer().writableBytes() >= bytes) {
                return chunk;
            }
            chunk.drop();
        }
        chunk = pool.take(bytes);
        current = chunk;
        return chunk;
    }

    /** Copies bytes behind what is there; the chunk they went to is held for the caller. */
    public Chunk append(ByteBuf source, int offset, int length) {
        Chunk chunk = room(length);
        chunk.hold();
        chunk.buffer().writeBytes(source, offset, length);
        return chunk;
    }

    /**
     * Copies bytes right behind those that end at the index {@code end} of {@code chunk}, which the caller holds; false if
     * something else is there, or no room.
     */
    public boolean extend(Chunk chunk, int end, ByteBuf source, int offset, int length) {
        ByteBuf buffer = chunk.buffer();
        if (chunk != current || buffer.writerIndex() != end || buffer.writableBytes() < length) {
            return false;
        }
        buffer.writeBytes(source, offset, length);
        return true;
    }

    /** Whether what it writes can be sent from where it lies, by its address. */
    public boolean addressable() {
        return room(0).buffer().hasMemoryAddress();
    }

    /** Lets go of the current chunk. */
    public void close() {
        if (current != null) {
            current.drop();
            current = null;
        }
    }
}
