package io.slotgate.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The replies of one session that gather within a turn of the loop. Between turns it holds no memory, but for what a
 * transaction's reply is awaited with.
 */
final class ReplyBuffer {
    private static final int SMALLEST = 512;
    private static final int LARGEST = 32 * 1024;
    /** From this size on, a reply goes by reference instead of being copied. */
    private static final int BY_REFERENCE = 16 * 1024;

    private final ByteBufAllocator allocator;
    private @Nullable ByteBuf current;
    /** Bytes that many sessions get, as long as nothing else gathers; then {@link #current} is null. */
    private @Nullable ByteBuf shared;
    private int sharedStart;
    private int sharedLength;
    private int nextSize = SMALLEST;

    ReplyBuffer(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    /** Adds bytes of a reply. */
    void append(ChannelHandlerContext ctx, ByteBuf source, int start, int length) {
        if (length >= BY_REFERENCE) {
            write(ctx);
            ctx.write(source.retainedSlice(start, length), ctx.voidPromise());
            return;
        }
        ByteBuf out = current;
        if (out == null || out.writableBytes() < length) {
            out = another(ctx, length);
        }
        out.writeBytes(source, start, length);
    }

    private ByteBuf another(ChannelHandlerContext ctx, int length) {
        if (current != null) {
            nextSize = Math.min(nextSize * 4, LARGEST);
            write(ctx);
        }
        ByteBuf before = shared;
        int room = before == null ? length : length + sharedLength;
        ByteBuf out = allocator.directBuffer(Math.max(nextSize, room));
        current = out;
        if (before != null) {
            shared = null;
            out.writeBytes(before, sharedStart, sharedLength);
            before.release();
        }
        return out;
    }

    /** As {@link #append}, for bytes that many sessions get: they are copied only if they can't be sent by themselves. */
    void share(ChannelHandlerContext ctx, ByteBuf source, int start, int length) {
        if (current != null || shared != null || length >= BY_REFERENCE) {
            append(ctx, source, start, length);
            return;
        }
        shared = source.retain();
        sharedStart = start;
        sharedLength = length;
    }

    /** Whether nothing has gathered but bytes that many sessions get. */
    boolean isShared() {
        return shared != null;
    }

    /** Sends these to a socket that nothing else waits for, as far as it takes them; true if nothing is left. */
    boolean sendShared(Socket socket) throws IOException {
        ByteBuf bytes = Objects.requireNonNull(shared);
        int sent = socket.sendAddress(bytes.memoryAddress(), sharedStart, sharedStart + sharedLength);
        sharedStart += sent;
        sharedLength -= sent;
        if (sharedLength > 0) {
            return false;
        }
        shared = null;
        bytes.release();
        return true;
    }

    /** Hands what has gathered to Netty, without flushing it; returns its size. */
    int write(ChannelHandlerContext ctx) {
        ByteBuf out = current;
        if (out == null) {
            if (shared == null) {
                return 0;
            }
            out = another(ctx, 0);
        }
        current = null;
        int size = out.readableBytes();
        if (size < nextSize / 8 && nextSize > SMALLEST) {
            nextSize /= 4;
        }
        ctx.write(out, ctx.voidPromise());
        return size;
    }

    void close() {
        if (current != null) {
            current.release();
            current = null;
        }
        if (shared != null) {
            shared.release();
            shared = null;
        }
    }
}
