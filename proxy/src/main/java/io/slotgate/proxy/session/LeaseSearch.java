package io.slotgate.proxy.session;

import io.netty.util.concurrent.ScheduledFuture;
import io.slotgate.proxy.upstream.Leases;
import io.slotgate.proxy.upstream.UpstreamChannel;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Looks for a lease to the owner of a slot, until a command's time or everybody's patience is over:
 *
 * <pre>
 *            no owner, unreachable, LOADING, TRYAGAIN, …
 *   Pausing <──────────────┐
 *      └────> Going ───────┴──> Asking for a lease ──granted──> Resting (the seeker has it)
 *               ^                                                  │
 *               └───────────── MOVED, ASK, lost unsent ────────────┘
 * </pre>
 *
 * Redirects are followed at once while there are few of them, everything else after a pause that grows. Confined to its worker.
 */
final class LeaseSearch implements Leases.Borrower {
    private static final long FIRST_PAUSE_MILLIS = 10;
    private static final long LONGEST_PAUSE_MILLIS = 160;
    /** Redirects followed without a pause. */
    private static final int DETOURS = 16;

    /** Who looks for it. Called on the worker, maybe before {@link #go} has returned. */
    interface Seeker {
        /**
         * Gets a ready channel with nothing on it, to be given back.
         *
         * @param asking whether the slot is only on its way to that node, which has to be told ASKING first
         */
        void found(UpstreamChannel lease, boolean asking);

        /** The command's time is over. */
        void tooLate();

        /** There is none to be had; nothing is tried any more. */
        void gaveUp(String error);
    }

    /** Where it stands. */
    private sealed interface Stage {
        /** Nothing is looked for. */
        record Resting() implements Stage {}

        /** Nothing is under way but what is being done right now. */
        record Going() implements Stage {}

        record Pausing(ScheduledFuture<?> timer) implements Stage {}

        record Asking(Leases.Wish wish, @Nullable ScheduledFuture<?> timer) implements Stage {}

        Resting RESTING = new Resting();
        Going GOING = new Going();
    }

    private final SessionRoom room;
    private final UserPlane plane;
    private final int slot;
    private final int protocol;
    private final TimedCommand command;
    private final Seeker seeker;
    private Stage stage = Stage.RESTING;
    /** The node that the slot is on its way to, if the next attempt goes there. */
    private @Nullable UpstreamChannel importer;
    private int detours;
    private int pauses;
    /** {@link System#nanoTime} of the first of the pauses; 0: none. */
    private long troubleSince;

    /** @param command whose time it is; the seeker's to release */
    LeaseSearch(SessionRoom room, UserPlane plane, int slot, int protocol, TimedCommand command, Seeker seeker) {
        this.room = room;
        this.plane = plane;
        this.slot = slot;
        this.protocol = protocol;
        this.command = command;
        this.seeker = seeker;
    }

    /** Looks where the slot belongs now. */
    void go() {
        stage = Stage.GOING;
        if (command.timeIsOver()) {
            rest();
            seeker.tooLate();
            return;
        }
        UpstreamChannel node = importer != null ? importer : plane.upstreams().forSlot(protocol, slot);
        if (node == null || !node.ready()) {
            if (node != null) {
                node.connect();
            }
            goLater();
            return;
        }
        Leases.Wish wish = plane.leases().acquire(node.key().node(), protocol, this);
        if (stage instanceof Stage.Going) {
            stage = new Stage.Asking(wish, command.forEver() ? null : atTheEndOfTime());
        }
    }

    /** Follows a redirect. */
    void goElsewhere() {
        if (++detours > DETOURS) {
            goLater();
        } else {
            go();
        }
    }

    /** As {@link #goElsewhere}, once, to the node that a slot is on its way to. */
    void goToImporter(UpstreamChannel node) {
        importer = node;
        goElsewhere();
    }

    /** Tries again a little later, unless that went on for too long. */
    void goLater() {
        importer = null;
        long now = System.nanoTime();
        if (troubleSince == 0) {
            troubleSince = now == 0 ? 1 : now;
        } else if (!plane.dispatcher().isPatient(troubleSince)) {
            rest();
            seeker.gaveUp("CLUSTERDOWN no owner of slot " + slot + " could be reached");
            return;
        }
        long millis = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(pauses++, 8));
        long nanos = TimeUnit.MILLISECONDS.toNanos(millis);
        stage = new Stage.Pausing(room.worker().loop().schedule(this::go,
                command.forEver() ? nanos : Math.min(nanos, Math.max(0, command.left())), TimeUnit.NANOSECONDS));
    }

    /** What was wrong before is forgotten. */
    void settled() {
        detours = 0;
        pauses = 0;
        troubleSince = 0;
    }

    /** The command has less time than it had. */
    void hurry() {
        if (stage instanceof Stage.Asking asking && asking.timer() == null) {
            stage = new Stage.Asking(asking.wish(), atTheEndOfTime());
        }
    }

    /** Looks no further. */
    void stop() {
        Stage before = stage;
        rest();
        switch (before) {
            case Stage.Asking asking -> asking.wish().cancel();
            case Stage.Pausing pausing -> pausing.timer().cancel(false);
            case Stage.Going() -> {
            }
            case Stage.Resting() -> {
            }
        }
    }

    @Override
    public void granted(UpstreamChannel lease) {
        rest();
        boolean asking = importer != null;
        importer = null;
        seeker.found(lease, asking);
    }

    @Override
    public void refused(Leases.Refused reason) {
        rest();
        switch (reason) {
            case UNREACHABLE -> goLater();
            case TOO_MANY -> seeker.gaveUp(Leases.TOO_MANY);
        }
    }

    private void rest() {
        if (stage instanceof Stage.Asking asking && asking.timer() != null) {
            asking.timer().cancel(false);
        }
        stage = Stage.RESTING;
    }

    private ScheduledFuture<?> atTheEndOfTime() {
        return room.worker().loop().schedule(this::askedInVain, command.left(), TimeUnit.NANOSECONDS);
    }

    private void askedInVain() {
        if (stage instanceof Stage.Asking asking) {
            rest();
            asking.wish().cancel();
            seeker.tooLate();
        }
    }
}
