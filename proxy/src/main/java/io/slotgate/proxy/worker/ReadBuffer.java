package io.slotgate.proxy.worker;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.slotgate.topology.net.ReceiveBuffers;

/**
 * The one buffer that all connections of a worker read into. Usually all that was read is used up before the next
 * connection's turn; where somebody kept a part, another buffer takes its place.
 */
final class ReadBuffer {
    static final int BYTES = 64 * 1024;

    private final ByteBufAllocator allocator;
    private final RecvByteBufAllocator receiveBuffers = ReceiveBuffers.of(this::take, BYTES);
    private ByteBuf buffer;

    ReadBuffer(ByteBufAllocator allocator) {
        this.allocator = allocator;
        this.buffer = allocator.directBuffer(BYTES, BYTES);
    }

    /** For connections that keep nothing themselves, as under TLS, where it is the TLS handler that keeps a part record. */
    RecvByteBufAllocator receiveBuffers() {
        return receiveBuffers;
    }

    /** An empty buffer of {@link #BYTES}, with a reference for the caller. */
    ByteBuf take() {
        if (buffer.refCnt() != 1) {
            buffer.release();
            buffer = allocator.directBuffer(BYTES, BYTES);
        }
        return buffer.clear().retain();
    }

    void close() {
        buffer.release();
    }
}
