package io.slotgate.proxy.server;

import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Letting the clients of a proxy go, and taking clients in again. More than one may let them go at a time, such as an operator and
 * the end of the process; as long as one does, nobody is taken in.
 *
 * <pre>
 *   serving ── {@link #run} ──> draining ── all are gone, or time is up ──> drained
 *      ^                       │ interrupted                          │
 *      └───────────────────────┴───────────── {@link #resume} ──────────────┘
 * </pre>
 *
 * Any thread.
 */
final class Drains {
    private static final Logger log = LoggerFactory.getLogger(Drains.class);

    private final Listeners listeners;
    private final Workers workers;
    private final Duration notice;
    private final ServerHistory history;
    private final FleetLink fleet;
    private volatile boolean on;

    // guarded by this
    private int running;
    private boolean ended;

    Drains(Listeners listeners, Workers workers, Duration notice, ServerHistory history, FleetLink fleet) {
        this.listeners = listeners;
        this.workers = workers;
        this.notice = notice;
        this.history = history;
        this.fleet = fleet;
    }

    /** Whether clients are let go, or were. */
    boolean on() {
        return on;
    }

    /** As {@link ProxyServer#drain}. */
    void run(Duration most) throws InterruptedException {
        synchronized (this) {
            running++;
            on = true;
        }
        try {
            // Whoever chooses among us by name must have heard before we let nobody in.
            fleet.drain();
            log.atInfo().addKeyValue("connections", listeners.connections()).log("Draining");
            history.drainBegan(listeners.connections());
            new Drain(listeners, workers).run(notice, most);
            log.atInfo().addKeyValue("connections", listeners.connections()).log("Drained");
            history.drainEnded(listeners.connections());
        } finally {
            synchronized (this) {
                running--;
            }
        }
    }

    /** As {@link ProxyServer#stopDraining}. */
    synchronized boolean resume() throws IOException {
        if (running > 0 || ended) {
            return false;
        }
        if (on) {
            listeners.reopen();
            workers.stay();
            on = false;
            fleet.resume();
            log.atInfo().addKeyValue("connections", listeners.connections()).log("Taking in clients again");
            history.drainCancelled(listeners.connections());
        }
        return true;
    }

    /** The proxy ends: from now on nobody is taken in again. */
    synchronized void end() {
        ended = true;
    }
}
