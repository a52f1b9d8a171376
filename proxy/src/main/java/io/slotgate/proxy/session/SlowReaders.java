package io.slotgate.proxy.session;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The sessions of one worker whose clients have replies left to read, as of the last look. Confined to its worker. */
final class SlowReaders {
    private final Set<Session> sessions = new HashSet<>();

    /** Looked after from the next {@link #sweep} on. */
    void add(Session session) {
        sessions.add(session);
    }

    void remove(Session session) {
        sessions.remove(session);
    }

    /**
     * Closes those that are too slow, and of the others those that left most, until what all of them left is not too much.
     *
     * @param now {@link System#nanoTime}
     * @param most bytes that all together may leave unread
     * @return bytes that are left unread
     */
    long sweep(long now, long most) {
        long unread = 0;
        List<Session> slow = new ArrayList<>(sessions);
        for (Session session : slow) {
            unread += session.output().check(now);
            if (session.unread() == 0) {
                sessions.remove(session);
            }
        }
        return unread > most ? closeWorst(slow, unread, most) : unread;
    }

    private static long closeWorst(List<Session> slow, long unread, long most) {
        slow.sort(Comparator.comparingLong(Session::unread).reversed());
        long left = unread;
        for (Session session : slow) {
            if (left <= most) {
                break;
            }
            left -= session.unread();
            session.output().closeSlow();
        }
        return left;
    }
}
