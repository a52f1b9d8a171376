package io.slotgate.proxy.worker;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Stops the reading of what is handed to others as soon as one of them has too much before it, until all have caught up: who sends
 * it holds only so much for us, too. Confined to one worker.
 */
public final class Backpressure {
    /** Bytes before one worker above which nothing is read. */
    static final long MOST_BYTES = 16 * 1024 * 1024;
    static final long LOOK_MILLIS = 20;

    /** Stops or goes on. */
    public interface Reading {
        void reading(boolean on);
    }

    private final Worker worker;
    private final Reading source;
    private final Set<Backlog> behind = new HashSet<>();

    public Backpressure(Worker worker, Reading source) {
        this.worker = worker;
        this.source = source;
    }

    /** Whether nothing is read. */
    public boolean paused() {
        return !behind.isEmpty();
    }

    /** To be told of every backlog that has grown. */
    public void grown(Backlog backlog) {
        if (backlog.bytes() <= MOST_BYTES) {
            return;
        }
        boolean first = behind.isEmpty();
        behind.add(backlog);
        if (first) {
            source.reading(false);
            lookLater();
        }
    }

    private void lookLater() {
        worker.loop().schedule(() -> {
            behind.removeIf(backlog -> backlog.bytes() < MOST_BYTES / 2);
            if (behind.isEmpty()) {
                source.reading(true);
            } else {
                lookLater();
            }
        }, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }
}
