package io.slotgate.admin;

import io.slotgate.proxy.metrics.MetricSource;
import io.slotgate.proxy.server.ProxyServer;
import io.slotgate.topology.model.SlotMap;
import java.util.List;

/** The proxy of this process. */
record ServedProxy(ProxyServer proxy) implements ProxyView {
    @Override
    public boolean ready() {
        return proxy.ready();
    }

    @Override
    public SlotMap slots() {
        return proxy.slots();
    }

    @Override
    public List<MetricSource> workers() {
        return proxy.metrics();
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
