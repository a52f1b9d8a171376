package io.slotgate.proxy.worker;

import io.netty.buffer.ByteBuf;
import java.util.concurrent.atomic.AtomicLong;

/** What was handed to a worker and not dealt with there yet, in bytes. Any thread. */
public final class Backlog {
    private final Worker worker;
    private final AtomicLong bytes = new AtomicLong();

    public Backlog(Worker worker) {
        this.worker = worker;
    }

    /**
     * Hands data over, or drops it if the worker has closed its sessions: nobody misses it.
     *
     * @param size what counts of the data, in bytes
     * @param task what the worker is to do with it; the last thing is {@link #done}
     */
    public void hand(ByteBuf data, int size, Runnable task) {
        data.retain();
        bytes.addAndGet(size);
        if (!worker.handOver(task)) {
            done(data, size);
        }
    }

    /**
     * Data that was handed over is of no more use.
     *
     * @return bytes that are left
     */
    public long done(ByteBuf data, int size) {
        data.release();
        return bytes.addAndGet(-size);
    }

    long bytes() {
        return bytes.get();
    }
}
