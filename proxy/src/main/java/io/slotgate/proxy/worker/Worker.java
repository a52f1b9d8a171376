package io.slotgate.proxy.worker;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.channel.RecvByteBufAllocator;
import io.slotgate.proxy.metrics.WorkerCounters;
import io.slotgate.proxy.observe.Observer;
import io.slotgate.proxy.observe.SlowLog;
import java.util.concurrent.RejectedExecutionException;

/**
 * One event loop and what everything on it shares. Nothing here may be touched from another thread; the way in is
 * {@link EventLoop#execute}, or {@link #handOver} where the loop may have ended.
 */
public final class Worker {
    private static final int SCRATCH_BYTES = 4 * 1024;
    private static final int LARGEST_SCRATCH_KEPT = 64 * 1024;

    private final EventLoop loop;
    private final ByteBufAllocator allocator;
    private final WorkerCounters counters = new WorkerCounters();
    private final Observer observer;
    private final ChunkPool chunks;
    private final ChunkWriter stash;
    private final ChunkWriter replies;
    private final ReadBuffer readBuffer;
    private final Turn turn;
    private ByteBuf scratch;

    public Worker(EventLoop loop, ByteBufAllocator allocator) {
        this(loop, allocator, new Observer(SlowLog.off(), 0));
    }

    /** @param observer sees what passes on this worker, and on no other */
    public Worker(EventLoop loop, ByteBufAllocator allocator, Observer observer) {
        this.loop = loop;
        this.observer = observer;
        this.allocator = allocator;
        this.chunks = new ChunkPool(allocator);
        this.stash = new ChunkWriter(chunks);
        this.replies = new ChunkWriter(chunks);
        this.readBuffer = new ReadBuffer(allocator);
        this.turn = new Turn(loop, observer.clock());
        if (loop instanceof WorkerLoop own) {
            own.endWith(turn);
        }
        this.scratch = allocator.directBuffer(SCRATCH_BYTES);
    }

    public EventLoop loop() {
        return loop;
    }

    /** Has this worker do something; false, and it never will, if its event loop has ended. Any thread. */
    public boolean handOver(Runnable task) {
        return handOver(loop, task);
    }

    /** Has the worker of an event loop do something; false, and it never will, if that has ended. Any thread. */
    public static boolean handOver(EventLoop loop, Runnable task) {
        try {
            loop.execute(task);
            return true;
        } catch (RejectedExecutionException ended) {
            return false;
        }
    }

    public ByteBufAllocator allocator() {
        return allocator;
    }

    public WorkerCounters counters() {
        return counters;
    }

    /** Sees what passes. */
    public Observer observer() {
        return observer;
    }

    public ChunkPool chunks() {
        return chunks;
    }

    /** Where bytes go that wait for something: replies before their turn, commands that are parked. */
    public ChunkWriter stash() {
        return stash;
    }

    /** Where replies lie that go to their clients when the turn ends. */
    public ChunkWriter replies() {
        return replies;
    }

    public Turn turn() {
        return turn;
    }

    /** An empty buffer to compose a reply in, good until the next call. */
    public ByteBuf scratch() {
        // A large reply may have been passed on by reference: its bytes are then still wanted.
        if (scratch.refCnt() != 1 || scratch.capacity() > LARGEST_SCRATCH_KEPT) {
            scratch.release();
            scratch = allocator.directBuffer(SCRATCH_BYTES);
        }
        return scratch.clear();
    }

    /** Reads into the buffer that all connections share. */
    public RecvByteBufAllocator receiveBuffers() {
        return readBuffer.receiveBuffers();
    }

    ReadBuffer readBuffer() {
        return readBuffer;
    }

    /** Gives the buffers back; on the event loop, when no connection is left. */
    public void close() {
        stash.close();
        replies.close();
        chunks.close();
        readBuffer.close();
        scratch.release();
    }
}
