package io.slotgate.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.worker.Chunk;
import io.slotgate.proxy.worker.ChunkWriter;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a command, or of a reply that waits, for as long as somebody may want them: a part of a chunk that lies behind
 * others'. One object for each {@link Pending}, used again with it. Confined to its worker.
 */
public final class KeptBytes {
    private @Nullable Chunk chunk;
    private int offset;
    private int length;

    KeptBytes() {}

    /** Keeps these; takes over the caller's hold on the chunk. */
    void keep(Chunk chunk, int offset, int length) {
        this.chunk = chunk;
        this.offset = offset;
        this.length = length;
    }

    /** Keeps a copy of these. */
    void copy(ChunkWriter writer, ByteBuf source, int start, int size) {
        Chunk written = writer.append(source, start, size);
        keep(written, written.buffer().writerIndex() - size, size);
    }

    /** Keeps a copy of these behind those that are here, as if both were one; false if there are none, or no room. */
    boolean extend(ChunkWriter writer, ByteBuf source, int start, int size) {
        if (chunk == null || !writer.extend(chunk, offset + length, source, start, size)) {
            return false;
        }
        length += size;
        return true;
    }

    /** Whether there are any. */
    public boolean kept() {
        return chunk != null;
    }

    /** What they lie in; only while they are {@link #kept}. */
    Chunk chunk() {
        Chunk holding = chunk;
        if (holding == null) {
            throw new IllegalStateException("the bytes are not kept, or no longer");
        }
        return holding;
    }

    /** The buffer they lie in; only while they are {@link #kept}. */
    public ByteBuf buffer() {
        return chunk().buffer();
    }

    /** Index of the first in {@link #buffer}. */
    public int offset() {
        return offset;
    }

    public int length() {
        return length;
    }

    /** Index behind the last in {@link #buffer}. */
    public int end() {
        return offset + length;
    }

    /** Lets go of them, if there are any. */
    void drop() {
        if (chunk != null) {
            chunk.drop();
            chunk = null;
        }
    }
}
