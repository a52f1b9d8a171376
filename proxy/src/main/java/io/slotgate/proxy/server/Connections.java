package io.slotgate.proxy.server;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/** Counts the open client connections of the process and of each worker. Opened by the acceptor, closed by any thread. */
final class Connections {
    private volatile int limit;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicIntegerArray byWorker;
    private int last = -1;

    Connections(int limit, int workers) {
        this.limit = limit;
        this.byWorker = new AtomicIntegerArray(workers);
    }

    /** From now on so many may be open; those there are stay. */
    void limit(int most) {
        limit = most;
    }

    boolean full() {
        return open.get() >= limit;
    }

    int open() {
        return open.get();
    }

    /** Counts one more for the worker with the fewest, the next in turn where several have as few. */
    int openOnLeastLoaded() {
        int workers = byWorker.length();
        int best = -1;
        for (int i = 1; i <= workers; i++) {
            int candidate = (last + i) % workers;
            if (best < 0 || byWorker.get(candidate) < byWorker.get(best)) {
                best = candidate;
            }
        }
        last = best;
        open.incrementAndGet();
        byWorker.incrementAndGet(best);
        return best;
    }

    void closed(int worker) {
        byWorker.decrementAndGet(worker);
        open.decrementAndGet();
    }
}
