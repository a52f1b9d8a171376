package io.slotgate.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.unix.Socket;
import io.slotgate.proxy.worker.Chunk;
import io.slotgate.proxy.worker.ChunkPool;
import io.slotgate.proxy.worker.ChunkWriter;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The replies of one session that gather within a turn of the loop. Between turns it holds no memory, but for what a
 * transaction's reply is awaited with.
 *
 * <pre>
 *            in a place that others use, too             in a buffer of its own
 *   nothing ───> (the worker's chunk, ────── more ──────> ──────> Netty's queue
 *      ^          a message to many)                               ^
 *      └─── the socket has taken it ──┴──── not all of it ─────────┘
 * </pre>
 *
 * Most sessions get one reply a turn, which the socket takes at once: from the worker's chunk that costs neither a buffer nor the way
 * by Netty's pipeline and queue (2 % of what a command costs).
 */
final class ReplyBuffer {
    private static final int SMALLEST = 512;
    private static final int LARGEST = 32 * 1024;
    /** From this size on, a reply goes by reference instead of being copied. */
    private static final int BY_REFERENCE = 16 * 1024;
    /** From this size on, Netty gets a part of the worker's chunk, which it may keep as a whole, instead of a copy. */
    private static final int WORTH_A_CHUNK = ChunkPool.CHUNK_BYTES / 2;

    private final ByteBufAllocator allocator;
    private final ChunkWriter chunks;
    private final boolean direct;
    /** Our own buffer; null if nothing has gathered, or it lies elsewhere. */
    private @Nullable ByteBuf current;
    /** Where all that has gathered lies, if it is not our own buffer; then {@link #current} is null. */
    private @Nullable ByteBuf lent;
    /** The chunk that {@link #lent} is; null if it is a message to many. */
    private @Nullable Chunk chunk;
    private int lentStart;
    private int lentLength;
    private int nextSize = SMALLEST;

    /**
     * @param chunks the worker's, for what gathers within a turn
     * @param direct whether the socket can be written to from there: {@link #sendLent}
     */
    ReplyBuffer(ByteBufAllocator allocator, ChunkWriter chunks, boolean direct) {
        this.allocator = allocator;
        this.chunks = chunks;
        this.direct = direct;
    }

    /** Adds bytes of a reply. */
    void append(ChannelHandlerContext ctx, ByteBuf source, int start, int length) {
        if (length >= BY_REFERENCE) {
            write(ctx);
            ctx.write(source.retainedSlice(start, length), ctx.voidPromise());
            return;
        }
        if (current == null && appendToChunk(source, start, length)) {
            return;
        }
        ByteBuf out = current;
        if (out == null || out.writableBytes() < length) {
            out = another(ctx, length);
        }
        out.writeBytes(source, start, length);
    }

    private boolean appendToChunk(ByteBuf source, int start, int length) {
        if (lent == null) {
            if (direct) {
                Chunk written = chunks.append(source, start, length);
                chunk = written;
                lent = written.buffer();
                lentStart = lent.writerIndex() - length;
                lentLength = length;
            }
            return direct;
        }
        if (chunk != null && chunks.extend(chunk, lentStart + lentLength, source, start, length)) {
            lentLength += length;
            return true;
        }
        return false;
    }

    private ByteBuf another(ChannelHandlerContext ctx, int length) {
        if (current != null) {
            nextSize = Math.min(nextSize * 4, LARGEST);
            write(ctx);
        } else if (isWorthAChunk()) {
            write(ctx);
        }
        ByteBuf before = lent;
        int room = before == null ? length : length + lentLength;
        ByteBuf out = allocator.directBuffer(Math.max(nextSize, room));
        if (before != null) {
            out.writeBytes(before, lentStart, lentLength);
            giveBack();
        }
        current = out;
        return out;
    }

    private void giveBack() {
        ByteBuf bytes = lent;
        lent = null;
        if (chunk != null) {
            chunk.drop();
            chunk = null;
        } else if (bytes != null) {
            bytes.release();
        }
    }

    /** As {@link #append}, for bytes that many sessions get: they are copied only if they can't be sent by themselves. */
    void share(ChannelHandlerContext ctx, ByteBuf source, int start, int length) {
        if (current != null || lent != null || length >= BY_REFERENCE) {
            append(ctx, source, start, length);
            return;
        }
        lent = source.retain();
        lentStart = start;
        lentLength = length;
    }

    /** Whether all that has gathered lies in one place from which a plain socket can be written to. */
    boolean isLent() {
        return lent != null && direct;
    }

    /** Sends what {@link #isLent} to a socket that nothing else waits for, as far as it takes that; true if nothing is left. */
    boolean sendLent(Socket socket) throws IOException {
        ByteBuf bytes = Objects.requireNonNull(lent);
        int sent = socket.sendAddress(bytes.memoryAddress(), lentStart, lentStart + lentLength);
        lentStart += sent;
        lentLength -= sent;
        if (lentLength > 0) {
            return false;
        }
        giveBack();
        return true;
    }

    /** What has gathered will be kept beyond the turn: not in a place that others use, too. */
    void keep(ChannelHandlerContext ctx) {
        if (isWorthAChunk()) {
            write(ctx);
        } else if (lent != null) {
            another(ctx, 0);
        }
    }

    private boolean isWorthAChunk() {
        return chunk != null && lentLength >= WORTH_A_CHUNK;
    }

    /** Hands what has gathered to Netty, without flushing it. */
    void write(ChannelHandlerContext ctx) {
        if (chunk != null && lentLength >= WORTH_A_CHUNK) {
            ctx.write(chunk.buffer().retainedSlice(lentStart, lentLength), ctx.voidPromise());
            giveBack();
            return;
        }
        keep(ctx);
        ByteBuf out = current;
        if (out == null) {
            return;
        }
        current = null;
        int size = out.readableBytes();
        if (size < nextSize / 8 && nextSize > SMALLEST) {
            nextSize /= 4;
        }
        ctx.write(out, ctx.voidPromise());
    }

    void close() {
        if (current != null) {
            current.release();
            current = null;
        }
        giveBack();
    }
}
