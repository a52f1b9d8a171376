package io.slotgate.admin.api;

import io.slotgate.admin.http.Json;
import io.slotgate.admin.settings.SettingsService;
import io.slotgate.admin.view.ProxyView;
import io.slotgate.topology.history.HistoryEntry;
import io.slotgate.topology.table.Subscription;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks what has changed, writes it down once, and hands the same bytes to all who listen. Looks only while somebody does. Any thread.
 */
final class LiveFeed implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LiveFeed.class);
    /** What happens is told at once; this is for what changes without being an event. */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long FIGURES_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long SETTLE_MILLIS = 20;
    /** Events that a listener may be behind: no more than a history has, and some seconds of figures. */
    private static final int MOST_BEHIND = 600;
    /** Told apart by identity. */
    private static final byte[] END = {};

    private final ProxyView proxy;
    private final ProxyResource figures;
    private final SettingsService settings;
    private final ReentrantLock lock = new ReentrantLock();
    private final Semaphore happened = new Semaphore(0);
    private final Subscription events;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private boolean looking;
    private boolean closed;
    private long mapVersion;
    private byte[] topology = {};
    private long settingsVersion;
    private long lastEvent;
    private long figuresAt;
    private byte @Nullable [] lastFigures;

    /** One who listens; those who don't keep up are let go, and may come again. */
    static final class Listener {
        private final BlockingQueue<byte[]> events = new ArrayBlockingQueue<>(MOST_BEHIND + 1);

        /** Writes what comes until there is no more. */
        void write(OutputStream out) throws IOException, InterruptedException {
            for (byte[] event = events.take(); event != END; event = events.take()) {
                out.write(event);
                out.flush();
            }
        }

        private boolean offer(byte[] event) {
            return events.remainingCapacity() > 1 && events.offer(event);
        }

        /** There is always a place for it. */
        private void end() {
            events.offer(END);
        }
    }

    LiveFeed(ProxyView proxy, ProxyResource figures, SettingsService settings) {
        this.proxy = proxy;
        this.figures = figures;
        this.settings = settings;
        this.events = proxy.history().subscribe(entry -> wake());
    }

    /** Any thread, which must not be held up. */
    private void wake() {
        if (happened.availablePermits() == 0) {
            happened.release();
        }
    }

    /** Has what is now told, and all that comes. */
    Listener join() throws InterruptedException {
        Listener listener = new Listener();
        lock.lock();
        try {
            if (closed) {
                listener.end();
                return listener;
            }
            if (listeners.isEmpty()) {
                begin();
            } else {
                look();
            }
            listener.offer(topology);
            if (lastFigures != null) {
                listener.offer(lastFigures);
            }
            listeners.add(listener);
            if (!looking) {
                looking = true;
                Thread.ofVirtual().name("slotgate-admin-live").start(this::run);
            }
        } finally {
            lock.unlock();
        }
        return listener;
    }

    void leave(Listener listener) {
        listeners.remove(listener);
    }

    /** From here on, for nobody has looked for a while. */
    private void begin() throws InterruptedException {
        HistoryEntry last = proxy.history().last();
        lastEvent = last == null ? 0 : last.id();
        settingsVersion = settings.applied();
        mapVersion = proxy.slots().version();
        topology = event("topology", TopologyResource.body(proxy));
        figuresAt = System.nanoTime();
        lastFigures = null;
        look();
    }

    private void run() {
        try {
            while (true) {
                long pause;
                lock.lock();
                try {
                    if (closed || listeners.isEmpty()) {
                        looking = false;
                        return;
                    }
                    look();
                    pause = Math.min(LOOK_NANOS, figuresAt - System.nanoTime());
                } finally {
                    lock.unlock();
                }
                if (happened.tryAcquire(pause, TimeUnit.NANOSECONDS)) {
                    // Events seldom come alone, and what they are about is to be there, too.
                    TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS);
                    happened.drainPermits();
                }
            }
        } catch (InterruptedException | RuntimeException e) {
            log.atError().setCause(e).log("The live stream broke off");
            endAll();
        }
    }

    /** Under the lock. */
    private void look() throws InterruptedException {
        long version = proxy.slots().version();
        if (version != mapVersion) {
            mapVersion = version;
            topology = event("topology", TopologyResource.body(proxy));
            tell(topology);
        }
        HistoryEntry last = proxy.history().last();
        if (last != null && last.id() != lastEvent) {
            for (HistoryEntry entry : proxy.history().since(lastEvent)) {
                lastEvent = entry.id();
                tell(event("event", EventBody.of(entry)));
            }
        }
        long applied = settings.applied();
        if (applied != settingsVersion) {
            settingsVersion = applied;
            tell(event("settings", settings.state()));
        }
        long now = System.nanoTime();
        if (now - figuresAt >= 0) {
            // Those missed while a worker was slow are not made up for.
            figuresAt = Math.max(figuresAt + FIGURES_NANOS, now - FIGURES_NANOS);
            lastFigures = event("figures", figures.figuresBody());
            tell(lastFigures);
        }
    }

    @SuppressWarnings("ModifyCollectionInEnhancedForLoop") // Made for that.
    private void tell(byte[] event) {
        for (Listener listener : listeners) {
            if (!listener.offer(event)) {
                listeners.remove(listener);
                listener.end();
            }
        }
    }

    private static byte[] event(String name, Object body) {
        return ("event: " + name + "\ndata: " + Json.write(body) + "\n\n").getBytes(StandardCharsets.UTF_8);
    }

    private void endAll() {
        lock.lock();
        try {
            looking = false;
            listeners.forEach(Listener::end);
            listeners.clear();
        } finally {
            lock.unlock();
        }
    }

    /** Ends all streams, once what is on its way is written. */
    @Override
    public void close() {
        events.close();
        wake();
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        endAll();
    }
}
