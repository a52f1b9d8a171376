package io.slotgate.admin;

import io.slotgate.proxy.metrics.MetricSource;
import io.slotgate.topology.model.SlotMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A proxy that remembers the thread that asked first whether it is ready. */
final class ThreadNotingProxy implements ProxyView {
    final CompletableFuture<Thread> asker = new CompletableFuture<>();
    private final FakeProxy proxy = new FakeProxy();

    @Override
    public boolean ready() {
        asker.complete(Thread.currentThread());
        return proxy.ready();
    }

    @Override
    public SlotMap slots() {
        return proxy.slots();
    }

    @Override
    public List<MetricSource> workers() {
        return proxy.workers();
    }

    @Override
    public int connections() {
        return proxy.connections();
    }

    @Override
    public long refusedConnections() {
        return proxy.refusedConnections();
    }

    @Override
    public long bufferBytes() {
        return proxy.bufferBytes();
    }
}
