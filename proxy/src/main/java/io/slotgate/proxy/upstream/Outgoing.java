package io.slotgate.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.slotgate.proxy.worker.Chunk;
import io.slotgate.proxy.worker.Worker;
import org.jspecify.annotations.Nullable;

/**
 * The commands of one channel as one stream of bytes: gathered in chunks, handed to Netty once a turn, and kept in those
 * chunks until they are answered.
 */
final class Outgoing {
    /** A command of this size goes by reference instead of being copied. */
    private static final int BY_REFERENCE = 16 * 1024;

    private final Worker worker;
    private @Nullable Chunk current;
    /** First byte of the current chunk that Netty has not got. */
    private int unwritten;

    Outgoing(Worker worker) {
        this.worker = worker;
    }

    /** Puts a command, as it is, behind those that are here. */
    void add(Pending pending, ByteBuf source, int offset, int length, ChannelHandlerContext ctx) {
        if (length < BY_REFERENCE) {
            Chunk chunk = room(length, ctx);
            chunk.hold();
            int at = chunk.buffer().writerIndex();
            chunk.buffer().writeBytes(source, offset, length);
            pending.keepRequest(worker, chunk, at, length);
        } else {
            write(ctx);
            ByteBuf part = source.retainedSlice(offset, length);
            Chunk chunk = worker.chunks().wrap(part);
            ctx.write(part.retain(), ctx.voidPromise());
            pending.keepRequest(worker, chunk, 0, length);
        }
    }

    /** Makes a command of what was written to the last {@link #room}, from the absolute index {@code start} on. */
    void addComposed(Pending pending, int start, ChannelHandlerContext ctx) {
        Chunk chunk = room(0, ctx);
        chunk.hold();
        pending.keepRequest(worker, chunk, start, chunk.buffer().writerIndex() - start);
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
        chunk = worker.chunks().take(bytes);
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
