package io.slotgate.admin.view;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A proxy that remembers which threads asked whether it is ready: those of requests, and that of scrapes. */
public final class ThreadNotingProxy extends FakeProxy {
    public final Queue<Thread> askers = new ConcurrentLinkedQueue<>();

    @Override
    public boolean ready() {
        askers.add(Thread.currentThread());
        return super.ready();
    }
}
