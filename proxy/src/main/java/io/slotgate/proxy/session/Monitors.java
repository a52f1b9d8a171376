package io.slotgate.proxy.session;

import io.slotgate.proxy.worker.Worker;
import java.util.HashSet;
import java.util.Set;

/** The sessions of one worker that see what nodes do (MONITOR), a bounded number: each has a connection to every primary. */
final class Monitors {
    /** So many at a time on one worker. */
    static final int MOST = 16;

    private final Worker worker;
    private final Set<Monitoring> open = new HashSet<>();
    private int numbers;

    Monitors(Worker worker) {
        this.worker = worker;
    }

    /** Whether there is room for one more. */
    boolean hasRoom() {
        return open.size() < MOST;
    }

    /** Takes one in, and returns what tells its connections from those of others. */
    int add(Monitoring monitoring) {
        open.add(monitoring);
        worker.counters().monitors = open.size();
        return ++numbers;
    }

    void remove(Monitoring monitoring) {
        open.remove(monitoring);
        worker.counters().monitors = open.size();
    }

    /** The primaries may be others. */
    void follow() {
        Set.copyOf(open).forEach(Monitoring::follow);
    }
}
