package io.slotgate.proxy.worker;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.channel.RecvByteBufAllocator;
import io.slotgate.proxy.metrics.WorkerCounters;

/**
 * One event loop and what everything on it shares. Nothing here may be touched from another thread; the way in is
 * {@link EventLoop#execute}.
 */
public final class Worker {
    private final EventLoop loop;
    private final ByteBufAllocator allocator;
    private final WorkerCounters counters = new WorkerCounters();
    private final ChunkPool chunks;
    private final ChunkWriter stash;
    private final ReadBuffer readBuffer;
    private final Turn turn;
    private final ByteBuf scratch;

    public Worker(EventLoop loop, ByteBufAllocator allocator) {
        this.loop = loop;
        this.allocator = allocator;
        this.chunks = new ChunkPool(allocator);
        this.stash = new ChunkWriter(chunks);
        this.readBuffer = new ReadBuffer(allocator);
        this.turn = new Turn(loop);
        this.scratch = allocator.directBuffer(4096);
    }

    public EventLoop loop() {
        return loop;
    }

    public ByteBufAllocator allocator() {
        return allocator;
    }

    public WorkerCounters counters() {
        return counters;
    }

    public ChunkPool chunks() {
        return chunks;
    }

    /** Where bytes go that wait for something: replies before their turn, commands that are parked. */
    public ChunkWriter stash() {
        return stash;
    }

    public Turn turn() {
        return turn;
    }

    /** An empty buffer to compose a reply in, good until the next call. */
    public ByteBuf scratch() {
        return scratch.clear();
    }

    /** Reads into the buffer that all connections share. */
    public RecvByteBufAllocator receiveBuffers() {
        return readBuffer;
    }

    ReadBuffer readBuffer() {
        return readBuffer;
    }

    /** Gives the buffers back; on the event loop, when no connection is left. */
    public void close() {
        stash.close();
        chunks.close();
        readBuffer.close();
        scratch.release();
    }
}
