package io.slotgate.proxy.worker;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.slotgate.topology.net.ReceiveBuffers;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one connection that were read and not yet used up. Between reads there usually are none, and then a
 * connection owns no memory: it reads into the worker's one read buffer. What is left of a frame that was cut off is
 * kept, and the next read goes right behind it.
 */
public final class InboundBuffer {
    private static final int SMALLEST_READ = 2 * 1024;
    private static final int LARGEST_GROWTH = 64 * 1024 * 1024;
    private static final int SMALLEST_KEPT = 4 * 1024;

    private final ReadBuffer shared;
    private final ByteBufAllocator allocator;
    private @Nullable ByteBuf kept;

    public InboundBuffer(Worker worker) {
        this.shared = worker.readBuffer();
        this.allocator = worker.allocator();
    }

    /** Where Netty reads this connection's bytes to. */
    public RecvByteBufAllocator receiveBuffers() {
        return ReceiveBuffers.of(this::target, ReadBuffer.BYTES);
    }

    private ByteBuf target() {
        ByteBuf target = kept;
        return target != null && target.writableBytes() >= SMALLEST_READ ? target.retain() : shared.take();
    }

    /**
     * Takes what was read, and the caller's reference to it.
     *
     * @return all there is, kept bytes first; to be handed back with {@link #keepFrom} or {@link #release}
     */
    public ByteBuf accept(ByteBuf read) {
        ByteBuf whole = kept;
        if (whole == null) {
            return read;
        }
        if (whole != read) {
            whole = withRoom(whole, read.readableBytes());
            whole.writeBytes(read);
        }
        read.release();
        kept = null;
        return whole;
    }

    /** The kept bytes again, to be handed back as after {@link #accept}; null if there are none. */
    public @Nullable ByteBuf take() {
        ByteBuf whole = kept;
        kept = null;
        if (whole == null || whole.refCnt() == 1) {
            return whole;
        }
        // A read into it is under way (io_uring): what that brings comes through accept(), and must be all that is there.
        ByteBuf copy = allocator.directBuffer(Math.max(whole.readableBytes(), SMALLEST_KEPT)).writeBytes(whole);
        whole.release();
        return copy;
    }

    /**
     * Keeps the bytes from the absolute index {@code from} on for the next read.
     *
     * @param wanted size in bytes that the cut off frame is known to have, 0 if that is not known
     * @return the buffer that holds them now, with its reader index at their start
     */
    public ByteBuf keepFrom(ByteBuf buffer, int from, int wanted) {
        buffer.readerIndex(from);
        int left = buffer.readableBytes();
        int room = Math.max(Math.max(wanted, left + SMALLEST_READ), SMALLEST_KEPT);
        // A buffer that others still hold a part of, or the shared one, can't be written to.
        boolean own = buffer.refCnt() == 1 && buffer.maxCapacity() != ReadBuffer.BYTES;
        if (own && buffer.capacity() - from >= room) {
            kept = buffer;
            return buffer;
        }
        ByteBuf copy = allocator.directBuffer(own ? Math.max(room, left * 2) : room);
        copy.writeBytes(buffer, from, left);
        buffer.release();
        kept = copy;
        return copy;
    }

    /** Nothing is left of it. */
    public static void release(ByteBuf buffer) {
        buffer.release();
    }

    /** Forgets what was kept. */
    public void close() {
        if (kept != null) {
            kept.release();
            kept = null;
        }
    }

    private ByteBuf withRoom(ByteBuf whole, int bytes) {
        if (whole.writableBytes() >= bytes && whole.refCnt() == 1) {
            return whole;
        }
        int left = whole.readableBytes();
        ByteBuf larger = allocator.directBuffer(Math.max(left + bytes, Math.min(left * 2, left + LARGEST_GROWTH)));
        larger.writeBytes(whole);
        whole.release();
        return larger;
    }
}
