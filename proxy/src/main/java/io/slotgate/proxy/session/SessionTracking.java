package io.slotgate.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.slotgate.proxy.facade.ClientTracking;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.tracking.Enrolment;
import io.slotgate.proxy.tracking.Invalidation;
import io.slotgate.proxy.tracking.Prefixes;
import io.slotgate.proxy.tracking.Tracker;
import io.slotgate.proxy.tracking.TrackingDesk;
import io.slotgate.proxy.worker.Worker;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One session's tracking; there only once it has asked for it. What is invalid it is told behind the replies that are under
 * way: one of them may hold the value from before. Confined to its worker.
 */
final class SessionTracking implements Tracker {
    /** The session that gets the invalidations of this one; on its own event loop. */
    record Redirect(long id, Session target, EventLoop loop) {}

    private static final byte[] BROKEN = ">2\r\n$21\r\ntracking-redir-broken\r\n"
            .getBytes(StandardCharsets.US_ASCII);

    private final Session session;
    private final SessionRoom room;
    private final TrackingDesk desk;
    private final Enrolment enrolment;
    /** The keys of the reads in the open transaction. */
    private final KeyList queued = new KeyList();
    private final OwnWrites ownWrites = new OwnWrites(this);
    private @Nullable Redirect redirect;
    /** The command that waits for nodes. */
    private @Nullable TrackingStart starting;

    SessionTracking(Session session, SessionRoom room) {
        this.session = session;
        this.room = room;
        this.desk = room.trackingDesk();
        this.enrolment = desk.enrol(this);
    }

    /** How the session tracks; null if it does not. */
    @Nullable
    ClientTracking settings() {
        return session.client().tracking();
    }

    /** A command waits for nodes; null: it no longer does. */
    void starting(@Nullable TrackingStart start) {
        starting = start;
    }

    /** Tracks from now on; the nodes tell of {@code needed}. */
    void on(ClientTracking settings, Prefixes needed, @Nullable Redirect target) {
        redirect = target;
        session.client().tracking(settings);
        session.noteReads();
        desk.join(enrolment, needed, settings.bcast() ? needed : null);
    }

    /** Tracks no longer. */
    void off() {
        session.client().tracking(null);
        session.noteReads();
        redirect = null;
        queued.clear();
        desk.leave(enrolment);
    }

    /** The client may have done RESET. */
    void clientChanged() {
        if (settings() == null && enrolment.on()) {
            off();
        }
    }

    // ---- keys

    KeyList queued() {
        return queued;
    }

    OwnWrites ownWrites() {
        return ownWrites;
    }

    /** The key in these bytes is about to be read. */
    void track(ByteBuf buffer, int start, int length) {
        desk.track(enrolment, buffer, start, length);
    }

    /** The open transaction was sent. */
    void trackQueued() {
        queued.keys().forEach(key -> desk.track(enrolment, key));
    }

    /** The key is about to be written by the session itself. */
    void untrack(byte[] key) {
        desk.untrack(enrolment, key);
    }

    /** The keys are invalid, whatever was tracked. */
    void invalid(KeyList keys) {
        if (enrolment.on()) {
            Invalidation invalidation = keys.invalidation(room.worker().allocator());
            try {
                invalidated(invalidation);
            } finally {
                invalidation.release();
            }
        }
    }

    // ---- invalidations

    @Override
    public void invalidated(Invalidation invalidation) {
        Redirect target = redirect;
        if (target != null) {
            pass(target, invalidation.copy());
        } else if (session.protocol() >= 3) {
            session.answers().announcements().say(invalidation);
        }
        // RESP2 has no words for it on the same connection.
    }

    private void pass(Redirect to, Invalidation invalidation) {
        boolean passed = Worker.handOver(to.loop(), () -> {
            boolean there = to.target().intake().takesCommands();
            if (there) {
                to.target().answers().announcements().sayForOther(invalidation);
            }
            invalidation.release();
            if (!there) {
                room.worker().handOver(() -> targetGone(to));
            }
        });
        if (!passed) {
            invalidation.release();
            targetGone(to);
        }
    }

    private void targetGone(Redirect gone) {
        ClientTracking settings = settings();
        if (settings == null || redirect != gone) {
            return;
        }
        session.client().tracking(settings.withBrokenRedirect());
        if (session.protocol() >= 3) {
            ByteBuf push = room.worker().allocator().directBuffer();
            push.writeBytes(BROKEN);
            ReplyWriter.integer(push, gone.id());
            session.answers().push(push, 0, push.writerIndex());
            push.release();
        }
    }

    /** The client left. */
    void close() {
        if (starting != null) {
            starting.cancel();
        }
        off();
    }
}
