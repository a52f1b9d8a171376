package io.slotgate.proxy.session;

import io.slotgate.proxy.facade.UpstreamUser;
import org.jspecify.annotations.Nullable;

/**
 * By which plane a session's commands go, and by which they will when everything under way is answered: commands that were sent
 * as one user, or to one database, are not to be overtaken by those of the next. Confined to its worker.
 */
final class SessionPlane {
    private final SessionRoom room;
    private UserPlane current;
    private @Nullable UserPlane next;

    SessionPlane(SessionRoom room) {
        this.room = room;
        this.current = room.plane();
    }

    UserPlane current() {
        return current;
    }

    /** Whether it is, or will be, that of this user and database. */
    boolean staysOf(@Nullable UpstreamUser user, int database) {
        return (next == null ? current : next).isOf(user, database);
    }

    /** Whether it is, or will be, this one. */
    boolean uses(UserPlane some) {
        return current == some || next == some;
    }

    /** Goes on with {@code plane}, which it takes over, from {@link #advance} on. */
    void goOnWith(UserPlane plane) {
        if (next != null) {
            room.release(next);
        }
        next = plane;
    }

    /** Nothing is under way. */
    void advance() {
        UserPlane following = next;
        if (following != null) {
            next = null;
            room.release(current);
            current = following;
        }
    }

    /** The session has no use for any. */
    void close() {
        if (next != null) {
            room.release(next);
        }
        room.release(current);
    }
}
