package io.slotgate.proxy.tracking;

import java.util.HashSet;
import java.util.Set;

/** What a {@link TrackingDesk} knows of one session that tracks. Confined to its worker. */
public final class Enrolment {
    final Tracker tracker;
    final Watchers.One alone = new Watchers.One(this);
    final Gathering gathering = new Gathering();
    /** The keys it tracks by having read them. */
    Set<TrackedKey> keys = new HashSet<>();
    /** Keys it wants to hear of whether it has read them or not; none as long as it does not track in that mode. */
    Prefixes broadcast = Prefixes.NONE;
    /** What the nodes have to tell for its sake. */
    Prefixes needed = Prefixes.NONE;
    /** Whether it tracks. */
    boolean on;

    Enrolment(Tracker tracker) {
        this.tracker = tracker;
    }

    /** Whether it tracks. */
    public boolean on() {
        return on;
    }
}
