package io.slotgate.proxy.server;

import io.slotgate.proxy.session.Parting;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Lets clients go before the end, the more urgently the less time is left:
 *
 * <pre>
 *   │ notice         │ half of the time      │ a quarter                │ the last quarter         │
 *   │ all is as ever │ nobody is let in;     │ who works goes between   │ nothing more is read;    │ the rest is cut
 *   │ but readiness  │ who is silent goes    │ two commands             │ replies due still go out │
 * </pre>
 *
 * Whoever sends clients here has the notice to learn that he shouldn't. Whenever a client goes by itself, each command of it
 * that was executed has been answered, and none that was not answered was executed.
 */
final class Drain {
    private static final long IDLE_MILLIS = 500;
    private static final long STEP_MILLIS = 50;

    private final Listeners listeners;
    private final Workers workers;

    Drain(Listeners listeners, Workers workers) {
        this.listeners = listeners;
        this.workers = workers;
    }

    /** Returns when all clients are gone, or after both times. */
    void run(Duration notice, Duration most) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(notice.toNanos());
        long begun = System.nanoTime();
        listeners.giveWay(most);
        listeners.stopAccepting();
        for (long spent = 0; listeners.connections() > 0 && spent < most.toNanos(); spent = System.nanoTime() - begun) {
            Parting how = how(spent, most.toNanos());
            workers.drain(how, IDLE_MILLIS);
            TimeUnit.MILLISECONDS.sleep(STEP_MILLIS);
        }
    }

    private static Parting how(long spent, long most) {
        if (spent < most / 2) {
            return Parting.WHEN_SILENT;
        }
        return spent < most / 4 * 3 ? Parting.BETWEEN_COMMANDS : Parting.BEHIND_REPLIES;
    }
}
