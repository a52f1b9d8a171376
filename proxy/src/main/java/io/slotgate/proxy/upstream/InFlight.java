package io.slotgate.proxy.upstream;

import io.slotgate.proxy.metrics.WorkerCounters;
import org.jspecify.annotations.Nullable;

/** The commands of one channel that were sent and not answered, in the order of sending, which is that of the replies. */
final class InFlight {
    private final WorkerCounters counters;
    private @Nullable Pending head;
    private @Nullable Pending tail;
    private int size;
    private long sent;
    private long flushed;
    private long counted;

    InFlight(WorkerCounters counters) {
        this.counters = counters;
    }

    void add(Pending pending) {
        pending.sequence = ++sent;
        pending.next = null;
        Pending last = tail;
        if (last == null) {
            head = pending;
        } else {
            last.next = pending;
        }
        tail = pending;
        size++;
        counters.pending++;
    }

    /** How many were added since this was last asked. */
    long takeSent() {
        long since = sent - counted;
        counted = sent;
        return since;
    }

    /** The one whose reply is next. */
    @Nullable
    Pending head() {
        return head;
    }

    @Nullable
    Pending poll() {
        Pending pending = head;
        if (pending != null) {
            head = pending.next;
            pending.next = null;
            if (head == null) {
                tail = null;
            }
            size--;
            counters.pending--;
        }
        return pending;
    }

    /** Lets {@code other} have the reply that is next. */
    void replaceHead(Pending other) {
        Pending replaced = head;
        if (replaced == null) {
            throw new IllegalStateException("nothing is in flight");
        }
        other.sequence = replaced.sequence;
        other.next = replaced.next;
        replaced.next = null;
        head = other;
        if (tail == replaced) {
            tail = other;
        }
    }

    int size() {
        return size;
    }

    /** How many have been answered since the channel was made. */
    long answered() {
        return sent - size;
    }

    /** Notes that all that were added have been handed to the socket. */
    void flushed() {
        flushed = sent;
    }

    /** Whether a command may have reached the node. */
    boolean wasFlushed(Pending pending) {
        return pending.sequence <= flushed;
    }
}
