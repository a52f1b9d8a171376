package io.slotgate.deploy.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * SIGINT and SIGTERM, turned into an orderly end with exit code 0: the thread that made this is woken, closes what it
 * opened and then this, and the process ends. Used by that one thread, in a try-with-resources around all the others.
 */
final class StopRequest implements AutoCloseable {
    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(15);

    private volatile Supplier<Duration> drain;
    private final Thread owner = Thread.currentThread();
    private final CountDownLatch requested = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook = new Thread(this::stop, "stop");
    private volatile boolean waiting;

    private StopRequest(Supplier<Duration> drain) {
        this.drain = drain;
    }

    /** Starts to listen for the signals. */
    static StopRequest install() {
        StopRequest request = new StopRequest(() -> Duration.ZERO);
        Runtime.getRuntime().addShutdownHook(request.hook);
        return request;
    }

    /** An orderly end may take so much longer than usual; asked when the request comes. */
    void allow(Supplier<Duration> longer) {
        drain = longer;
    }

    /** Waits until the process is asked to stop. */
    void await() throws InterruptedException {
        waiting = true;
        requested.await();
    }

    boolean isRequested() {
        return requested.getCount() == 0;
    }

    /** Says that everything else is closed. Where a stop was requested this doesn't return: the process ends. */
    @Override
    public void close() {
        if (!isRequested()) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
                return;
            } catch (IllegalStateException alreadyStopping) {
                // The request came just now.
            }
        }
        closed.countDown();
        while (true) {
            try {
                TimeUnit.DAYS.sleep(1);
            } catch (InterruptedException e) {
                // Only the end of the process ends this.
            }
        }
    }

    /**
     * The JVM runs this once it got a signal, and would end with a code that names the signal: halting here instead gives
     * ours.
     */
    private void stop() {
        requested.countDown();
        if (!waiting) {
            // Still starting: what it waits for there ends with an exception that unwinds to close().
            owner.interrupt();
        }
        boolean orderly = false;
        try {
            orderly = closed.await(LONGEST_CLOSE.plus(drain.get()).toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            // Nobody interrupts this thread; ending is all that is left anyway.
        }
        Runtime.getRuntime().halt(orderly ? 0 : 1);
    }
}
