package io.slotgate.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/** The replies of one session that gather within a turn of the loop. Between turns it holds no memory. */
final class ReplyBuffer {
    private static final int SMALLEST = 512;
    private static final int LARGEST = 32 * 1024;
    /** From this size on, a reply goes by reference instead of being copied. */
    private static final int BY_REFERENCE = 16 * 1024;

    private final ByteBufAllocator allocator;
    private @Nullable ByteBuf current;
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
        ByteBuf out = allocator.directBuffer(Math.max(nextSize, length));
        current = out;
        return out;
    }

    /** Hands what has gathered to Netty, without flushing it; returns its size. */
    int write(ChannelHandlerContext ctx) {
        ByteBuf out = current;
        if (out == null) {
            return 0;
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
    }
}
