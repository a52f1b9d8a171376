package io.slotgate.admin.operations;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that takes longer than a request. Any thread.
 *
 * <pre>
 *   RUNNING ──> DONE | FAILED | CANCELLED
 * </pre>
 */
public final class Operation {
    private static final int MOST_STEPS = 100;

    /** Where it stands. */
    public enum State {
        RUNNING, DONE, FAILED, CANCELLED
    }

    /** Something that happened on the way. */
    public record Step(Instant at, String text) {}

    /**
     * As it is at one moment.
     *
     * @param target what it is done to
     * @param by name of who asked for it
     * @param outcome what came of it; null while it runs
     */
    public record Snapshot(String id, String kind, String target, String by, State state, Instant begun,
            @Nullable Instant ended, boolean cancellable, List<Step> steps, @Nullable String outcome) {}

    private final String id;
    private final String kind;
    private final String target;
    private final String by;
    private final boolean cancellable;
    private final boolean outlivesApi;
    private final Clock clock;
    private final Instant begun;
    private final List<Step> steps = new ArrayList<>();
    private State state = State.RUNNING;
    private @Nullable Instant ended;
    private @Nullable String outcome;
    private @Nullable Thread thread;

    Operation(String id, String kind, String target, String by, boolean cancellable, boolean outlivesApi,
            Clock clock) {
        this.id = id;
        this.kind = kind;
        this.target = target;
        this.by = by;
        this.cancellable = cancellable;
        this.outlivesApi = outlivesApi;
        this.clock = clock;
        this.begun = clock.instant();
    }

    public String id() {
        return id;
    }

    /** Whether it goes on when the API ends. */
    boolean outlivesApi() {
        return outlivesApi;
    }

    /** Says what happened. */
    synchronized void step(String text) {
        if (steps.size() < MOST_STEPS) {
            steps.add(new Step(clock.instant(), text));
        }
    }

    synchronized void runs(Thread on) {
        thread = on;
    }

    synchronized void end(State how, String what) {
        if (state == State.RUNNING) {
            state = how;
            outcome = what;
            ended = clock.instant();
            thread = null;
        }
    }

    synchronized boolean running() {
        return state == State.RUNNING;
    }

    /** Asks it to stop; false if it can't be stopped, or has ended. */
    public synchronized boolean cancel() {
        if (!cancellable || state != State.RUNNING || thread == null) {
            return false;
        }
        thread.interrupt();
        return true;
    }

    public synchronized Snapshot snapshot() {
        return new Snapshot(id, kind, target, by, state, begun, ended, cancellable && state == State.RUNNING,
                List.copyOf(steps), outcome);
    }
}
