package io.slotgate.topology.fleet.agreed;

import io.slotgate.topology.fleet.agreed.NotAgreedException.Reason;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Who proposed a change that is decided, but has not come here yet. Nobody waits for longer than the bound: a member that is cut off, or
 * busy, at that moment may hear of it much later. Any thread.
 */
final class Waiters {
    private final Executor whenTimeIsOver;
    private final List<Waiter> waiting = new ArrayList<>();
    private Agreement latest = Agreement.NONE;
    private boolean closed;

    private record Waiter(long version, CompletableFuture<Agreement> outcome) {}

    /** @param whenTimeIsOver runs what it is given when nobody is to wait any more that waits now */
    Waiters(Executor whenTimeIsOver) {
        this.whenTimeIsOver = whenTimeIsOver;
    }

    /** Completes when what is agreed on has this version, or a later one, here. */
    void await(long version, CompletableFuture<Agreement> outcome) {
        Waiter waiter = new Waiter(version, outcome);
        Agreement now;
        boolean stopped;
        synchronized (this) {
            now = latest;
            stopped = closed;
            if (now.version() < version && !stopped) {
                waiting.add(waiter);
            }
        }
        if (now.version() >= version) {
            outcome.complete(now);
        } else if (stopped) {
            outcome.completeExceptionally(stopping());
        } else {
            whenTimeIsOver.execute(() -> giveUp(waiter));
        }
    }

    private void giveUp(Waiter waiter) {
        boolean waited;
        synchronized (this) {
            waited = waiting.remove(waiter);
        }
        if (waited) {
            waiter.outcome.completeExceptionally(
                    new NotAgreedException(Reason.UNCONFIRMED, "the change is decided, as version "
                            + waiter.version + ", but has not come to this proxy in time"));
        }
    }

    /** An agreement is in force here. */
    void entered(Agreement agreement) {
        List<Waiter> due = new ArrayList<>();
        synchronized (this) {
            latest = agreement;
            for (Iterator<Waiter> each = waiting.iterator(); each.hasNext();) {
                Waiter waiter = each.next();
                if (waiter.version <= agreement.version()) {
                    each.remove();
                    due.add(waiter);
                }
            }
        }
        due.forEach(waiter -> waiter.outcome.complete(agreement));
    }

    /** How many there are. */
    synchronized int size() {
        return waiting.size();
    }

    /** Nobody is to wait any more. */
    void close() {
        List<Waiter> left;
        synchronized (this) {
            closed = true;
            left = List.copyOf(waiting);
            waiting.clear();
        }
        left.forEach(waiter -> waiter.outcome.completeExceptionally(stopping()));
    }

    private static NotAgreedException stopping() {
        return new NotAgreedException(Reason.UNCONFIRMED, "this proxy stops");
    }
}
