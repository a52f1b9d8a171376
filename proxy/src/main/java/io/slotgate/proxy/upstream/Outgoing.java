package io.slotgate.proxy.upstream;

import io.netty.channel.ChannelHandlerContext;
import io.slotgate.proxy.worker.Chunk;
import io.slotgate.proxy.worker.ChunkPool;
import org.jspecify.annotations.Nullable;

/**
 * The commands of one channel as one stream of bytes: gathered in chunks, handed to Netty once a turn, and kept in those
 * chunks until they are answered.
 */
final class Outgoing {
    private final ChunkPool pool;
    private @Nullable Chunk current;
    /** First byte of the current chunk that Netty has not got. */
    private int unwritten;

    Outgoing(ChunkPool pool) {
        this.pool = pool;
    }

    /** The chunk to write the next {@code bytes} to. */
    Chunk room(int bytes, ChannelHandlerContext ctx) {
        Chunk chunk = current;
        if (chunk != null) {
            if (unwritten == chunk.buffer().writerIndex() && chunk.onlyItsWriterHoldsIt()) {
                chunk.buffer().clear();
                unwritten = 0;
            }
            if (chunk.buffer().writableBytes() >= bytes) {
                return chunk;
            }
            write(ctx);
            chunk.drop();
        }
        chunk = pool.take(bytes);
        current = chunk;
        unwritten = 0;
        return chunk;
    }

    /** Hands what has gathered to Netty, without flushing it. */
    void write(ChannelHandlerContext ctx) {
        Chunk chunk = current;
        if (chunk == null) {
            return;
        }
        int length = chunk.buffer().writerIndex() - unwritten;
        if (length > 0) {
            ctx.write(chunk.buffer().retainedSlice(unwritten, length), ctx.voidPromise());
            unwritten += length;
        }
    }

    /** The connection is gone: what was not written never will be. */
    void reset() {
        if (current != null) {
            current.drop();
            current = null;
        }
        unwritten = 0;
    }
}
