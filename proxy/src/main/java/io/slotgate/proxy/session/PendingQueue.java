package io.slotgate.proxy.session;

import io.slotgate.proxy.upstream.Pending;
import org.jspecify.annotations.Nullable;

/** A session's commands that are not answered yet, in the order in which it sent them. */
final class PendingQueue {
    private @Nullable Pending head;
    private @Nullable Pending tail;
    private int size;
    private long stashed;

    void add(Pending pending) {
        Pending last = tail;
        if (last == null) {
            head = pending;
        } else {
            last.nextOfSession(pending);
        }
        tail = pending;
        size++;
    }

    @Nullable
    Pending head() {
        return head;
    }

    /** The command that was sent last. */
    @Nullable
    Pending tail() {
        return tail;
    }

    @Nullable
    Pending last() {
        return tail;
    }

    @Nullable
    Pending poll() {
        Pending pending = head;
        if (pending != null) {
            head = pending.nextOfSession();
            pending.nextOfSession(null);
            if (head == null) {
                tail = null;
            }
            size--;
        }
        return pending;
    }

    /** Whether everything behind a command only reads, so that doing it later makes no difference. */
    static boolean nothingWrittenBehind(Pending first) {
        Pending pending = first.nextOfSession();
        while (pending != null && pending.harmless()) {
            pending = pending.nextOfSession();
        }
        return pending == null;
    }

    /** Bytes of replies that wait here for others before them. */
    long stashed() {
        return stashed;
    }

    /** So many more wait now, or, if negative, fewer. */
    void stashed(int change) {
        stashed += change;
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return head == null;
    }
}
