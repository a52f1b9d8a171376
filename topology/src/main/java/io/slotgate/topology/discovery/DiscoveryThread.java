package io.slotgate.topology.discovery;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one daemon thread of discovery, and the one next refresh on it: asking for an earlier one moves it, asking for a
 * later one does nothing. What fails on it is logged and does not end it.
 */
final class DiscoveryThread implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DiscoveryThread.class);
    private static final long CLOSE_SECONDS = 5;

    private final ScheduledThreadPoolExecutor executor;
    private final Runnable refresh;
    private final Object lock = new Object();
    // guarded by lock
    private long lastRefresh;
    private long nextRefresh;
    private @Nullable ScheduledFuture<?> next;

    DiscoveryThread(Runnable refresh) {
        this.refresh = refresh;
        this.executor = new ScheduledThreadPoolExecutor(1,
                task -> Thread.ofPlatform().name("slotgate-discovery").daemon().unstarted(task),
                new ThreadPoolExecutor.DiscardPolicy());
        executor.setRemoveOnCancelPolicy(true);
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    ScheduledExecutorService executor() {
        return executor;
    }

    /** Runs {@code task} on the thread; nothing once closed. */
    void execute(Runnable task) {
        executor.execute(() -> guarded(task));
    }

    /** Runs {@code task} on the thread again and again, with this pause in between. */
    void every(Duration pause, Runnable task) {
        executor.scheduleWithFixedDelay(() -> guarded(task), pause.toNanos(), pause.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Has the next refresh at this time from now; earlier if it is due earlier. */
    void refreshIn(Duration fromNow) {
        schedule(System.nanoTime() + fromNow.toNanos());
    }

    /** Has the next refresh at this time after the last one, or at once if that is past; earlier if it is due earlier. */
    void refreshWithin(Duration afterLast) {
        synchronized (lock) {
            schedule(lastRefresh + afterLast.toNanos());
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
        try {
            if (!executor.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                log.atWarn().log("Discovery thread still busy while closing");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void schedule(long at) {
        synchronized (lock) {
            if (next != null && nextRefresh - at <= 0) {
                return;
            }
            if (next != null) {
                next.cancel(false);
            }
            nextRefresh = at;
            next = executor.schedule(this::runRefresh, at - System.nanoTime(), TimeUnit.NANOSECONDS);
        }
    }

    private void runRefresh() {
        synchronized (lock) {
            next = null;
            lastRefresh = System.nanoTime();
        }
        guarded(refresh);
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            log.atError().setCause(e).log("Discovery task failed");
        }
    }
}
