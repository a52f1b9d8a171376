package io.slotgate.proxy.session;

import io.slotgate.proxy.command.CommandSpec;
import io.slotgate.proxy.command.KeyPositions;
import io.slotgate.proxy.facade.ClientTracking;
import io.slotgate.proxy.resp.RequestFrame;
import io.slotgate.proxy.route.RouteTable;
import io.slotgate.proxy.transaction.TransactionState;
import io.slotgate.proxy.upstream.Pending;
import java.util.Set;

/**
 * CLIENT TRACKING, and what it makes of the commands of sessions that track: the keys of a read are tracked from the moment it
 * is sent. Whatever changes from then on is announced behind its reply, so it makes no difference which of the two, reply or
 * change, comes here first. Belongs to one worker.
 *
 * @see <a href="https://valkey.io/commands/client-tracking/">CLIENT TRACKING</a>
 */
final class TrackingCommands {
    /** What reads, or may, the keys that it names. */
    private static final Set<String> SCRIPTS = Set.of("eval", "evalsha", "fcall");

    private final SessionRoom room;
    private final Transactions transactions;
    private final KeyPositions keys = new KeyPositions();

    TrackingCommands(SessionRoom room, Transactions transactions) {
        this.room = room;
        this.transactions = transactions;
    }

    /** Does CLIENT TRACKING for a session that has nothing else under way. */
    void run(Session session, CommandSpec spec, RequestFrame frame) {
        SessionTracking tracking = session.modes().beginTracking();
        Pending pending = room.pendings().take(session.answers(), spec, session.protocol(), Pending.NO_SLOT);
        session.answers().enqueue(pending);
        session.intake().drainFirst();
        TrackingStart start = new TrackingStart(tracking, room, TrackingOptions.read(frame), pending);
        tracking.starting(start);
        start.begin();
    }

    /** A command of a session that is {@link Modes#special}; false if it is to be offered again. */
    boolean dispatch(Session session, RequestFrame frame, RouteTable routes) {
        SessionTracking tracking = session.modes().tracking();
        if (tracking == null || tracking.settings() == null) {
            return transactions.dispatch(session, frame, routes);
        }
        int before = session.answers().size();
        int queuedBefore = queued(session);
        boolean done = transactions.dispatch(session, frame, routes);
        CommandSpec spec = routes.find(frame);
        ClientTracking settings = tracking.settings();
        if (!done || spec == null || settings == null) {
            return done;
        }
        if (session.modes().transaction() != TransactionState.IDLE) {
            if (queued(session) > queuedBefore && reads(spec) && !settings.bcast()) {
                remember(spec, frame, tracking.queued());
            }
            return true;
        }
        Pending sent = session.answers().last();
        if (sent != null && session.answers().size() > before && sent.spec() == spec) {
            sent(tracking, settings, spec, frame, sent);
        }
        tracking.queued().clear();
        if (!spec.name().startsWith("client|")) {
            session.client().tracking(settings.withCaching(false));
        }
        return true;
    }

    /** Commands in the open transaction; -1: none is open. */
    private static int queued(Session session) {
        return session.modes().transaction() instanceof TransactionState.Queueing queueing
                ? queueing.queue().count()
                : -1;
    }

    private static boolean reads(CommandSpec spec) {
        return spec.keyed() && ((spec.readOnly() && !spec.pubsub()) || SCRIPTS.contains(spec.name()));
    }

    private void sent(SessionTracking tracking, ClientTracking settings, CommandSpec spec, RequestFrame frame,
            Pending sent) {
        if (settings.tracksReads()) {
            if (sent.batch() != null) {
                tracking.trackQueued();
            } else if (reads(spec)) {
                track(tracking, spec, frame);
            }
        }
        if (settings.noLoop() && !settings.bcast() && spec.write() && OwnWrites.count(spec, frame)) {
            KeyList written = new KeyList();
            remember(spec, frame, written);
            written.keys().forEach(tracking::untrack);
            tracking.ownWrites().sent(sent, spec, written);
        }
    }

    private void track(SessionTracking tracking, CommandSpec spec, RequestFrame frame) {
        if (spec.keys().find(frame, keys)) {
            for (int i = 0; i < keys.count(); i++) {
                tracking.track(frame.buffer(), frame.offset(keys.get(i)), frame.length(keys.get(i)));
            }
        }
        keys.trim();
    }

    private void remember(CommandSpec spec, RequestFrame frame, KeyList list) {
        if (spec.keys().find(frame, keys)) {
            for (int i = 0; i < keys.count(); i++) {
                list.add(frame.buffer(), frame.offset(keys.get(i)), frame.length(keys.get(i)));
            }
        }
        keys.trim();
    }
}
