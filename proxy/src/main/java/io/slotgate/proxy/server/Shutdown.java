package io.slotgate.proxy.server;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The end of a proxy: whatever has been started of it, in the order in which it has to go. What a start that fails half-way has not come
 * to is not there to be ended. Parts are added by the thread that starts the proxy; the rest may be called from any thread once it
 * has.
 */
final class Shutdown implements AutoCloseable {
    private final Map<Part, Runnable> parts = new EnumMap<>(Part.class);
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile boolean begun;

    /** In the order in which they end: clients are let go before what serves them. */
    enum Part {
        /** Nobody is taken in again. */
        DRAINS,
        /** The others hear that no client should be sent here. */
        FLEET,
        /** Nobody is let in. */
        LISTENERS,
        /** Nothing new is learned of the cluster. */
        DISCOVERY,
        /** Sessions, and the channels to nodes. */
        WORKERS,
        /** Behind everything that runs on them. */
        EVENT_LOOPS, RESOLVER,
        /** What connections were made with. */
        LISTENERS_TLS, UPSTREAM_TLS
    }

    /** Has this done when it is the part's turn, instead of what was to be done for it so far. */
    void add(Part part, Runnable end) {
        parts.put(part, end);
    }

    /** Whether the proxy ends, or has. */
    boolean begun() {
        return begun;
    }

    /** Ends the parts, once; who comes second does not wait. */
    @Override
    public void close() {
        begun = true;
        if (ended.compareAndSet(false, true)) {
            parts.values().forEach(Runnable::run);
        }
    }
}
