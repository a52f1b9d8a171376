package io.slotgate.deploy.dev;

import java.io.IOException;
import java.time.Duration;

/** Waits for what another process does, by looking again and again. */
final class Waiting {
    private static final long PAUSE_MILLIS = 10;

    interface Condition {
        boolean holds() throws IOException;
    }

    private Waiting() {}

    /** @throws IOException saying what it waited for, if that takes longer than {@code patience}, or on interruption */
    static void until(String what, Duration patience, Condition condition) throws IOException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() - deadline > 0) {
                throw new IOException("waited " + patience.toSeconds() + "s for " + what);
            }
            try {
                Thread.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while waiting for " + what, e);
            }
        }
    }
}
