package io.slotgate.admin;

import io.slotgate.proxy.metrics.MetricSource;
import io.slotgate.proxy.server.ProxyServer;
import io.slotgate.topology.model.SlotMap;
import java.util.List;

/** What the admin API asks of a proxy. Any thread; nothing here waits. */
public interface ProxyView {
    /** Whether every slot has an owner and listeners are open. */
    boolean ready();

    /** The cluster as it is known now. */
    SlotMap slots();

    /** The figures of each worker, in the order of the workers; always as many. */
    List<MetricSource> workers();

    /** Client connections that are open, handshakes included. */
    int connections();

    /** Connections refused because {@code limits.connections} were open, since the start. */
    long refusedConnections();

    /** Memory outside the heap that buffers of the data plane have taken from the system, in bytes. */
    long bufferBytes();

    /** A view of a proxy that was started. */
    static ProxyView of(ProxyServer proxy) {
        return new ServedProxy(proxy);
    }
}
