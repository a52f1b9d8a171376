package io.slotgate.topology.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * What connections read into. All connections to clients and nodes have handles of this one kind: the code that reads from sockets is
 * Netty's and theirs together, and the JVM compiles it for the kinds of handle it has met. Meeting another one, as that of a probe
 * every few seconds, it throws away what the workers run and compiles that again, 0.2 s of CPU each time.
 */
public final class ReceiveBuffers extends DefaultMaxMessagesRecvByteBufAllocator {
    /** A large cluster's CLUSTER NODES, 100 KiB and more, comes in few reads. */
    private static final int FRESH_BYTES = 16 * 1024;

    /** Those few are made in one turn of the loop. */
    private static final int FRESH_READS = 16;

    private final @Nullable Source source;
    private final int bytes;

    private ReceiveBuffers(@Nullable Source source, int bytes) {
        this.source = source;
        this.bytes = bytes;
    }

    /**
     * Takes the buffers from {@code source}.
     *
     * @param bytes what a buffer usually has room for
     */
    public static ReceiveBuffers of(Source source, int bytes) {
        return new ReceiveBuffers(source, bytes);
    }

    /** A new buffer for each read: for connections that are seldom read from. */
    public static ReceiveBuffers fresh() {
        ReceiveBuffers fresh = new ReceiveBuffers(null, FRESH_BYTES);
        fresh.maxMessagesPerRead(FRESH_READS);
        return fresh;
    }

    @Override
    @SuppressWarnings("deprecation") // the type that RecvByteBufAllocator.newHandle() returns
    public Handle newHandle() {
        return new ReadHandle();
    }

    /** Gives buffers to read into. */
    @FunctionalInterface
    public interface Source {
        /** A buffer with room, and a reference for the caller; on the connection's event loop. */
        ByteBuf take();
    }

    private final class ReadHandle extends MaxMessageHandle {
        @Override
        public ByteBuf allocate(ByteBufAllocator allocator) {
            Source from = source;
            return from == null ? allocator.ioBuffer(bytes) : from.take();
        }

        @Override
        public int guess() {
            return bytes;
        }
    }
}
