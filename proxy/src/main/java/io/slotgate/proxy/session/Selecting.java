package io.slotgate.proxy.session;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.facade.ClientState;
import io.slotgate.proxy.facade.SelectReplies;
import io.slotgate.proxy.facade.UpstreamUser;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.resp.RequestFrame;
import io.slotgate.proxy.upstream.Pending;
import org.jspecify.annotations.Nullable;

/**
 * SELECT, where the nodes have more than one database: what follows goes by channels that have selected the same, when all before
 * it is answered. Belongs to one worker.
 *
 * @see <a href="https://valkey.io/commands/select/">SELECT</a>
 */
final class Selecting {
    private static final String WATCHING = "ERR Slotgate: SELECT is not supported while keys are watched: EXEC runs where they are";

    private final SessionRoom room;

    Selecting(SessionRoom room) {
        this.room = room;
    }

    /**
     * Does it; false if it is to be offered again.
     *
     * @param databases how many there are
     */
    boolean run(Session session, RequestFrame frame, int databases) {
        if (!session.intake().alone()) {
            return false;
        }
        ByteBuf reply = room.worker().scratch();
        ClientState client = session.client();
        int database = SelectReplies.database(frame, databases, reply);
        if (database >= 0 && database == client.database()) {
            SelectReplies.ok(reply);
        } else if (database >= 0 && session.modes().watch() != null) {
            ReplyWriter.error(reply, WATCHING);
        } else if (database >= 0) {
            UpstreamUser user = client.upstreamUser();
            if (user != null && database != 0) {
                askWhetherAllowed(session, user, database);
                return true;
            }
            select(session, user, database, reply);
        }
        session.answers().answer(reply);
        return true;
    }

    /** Where the nodes have a user for it, they have to allow it. */
    private void askWhetherAllowed(Session session, UpstreamUser user, int database) {
        Pending whole = room.pendings().take(session.answers(), null, session.protocol(), Pending.NO_SLOT);
        session.answers().enqueue(whole);
        session.intake().drainFirst();
        room.users().login(user, database, outcome -> {
            ByteBuf reply = room.worker().allocator().directBuffer();
            switch (outcome) {
                case UserPlanes.Outcome.Refused(String error) -> ReplyWriter.error(reply, error);
                case UserPlanes.Outcome.Accepted(UserPlane plane) when whole.abandoned() -> room.release(plane);
                case UserPlanes.Outcome.Accepted(UserPlane plane) -> selected(session, plane, reply);
            }
            whole.answer(room.worker(), reply);
            reply.release();
        });
    }

    private void select(Session session, @Nullable UpstreamUser user, int database, ByteBuf reply) {
        UserPlane plane = user == null ? room.ours(database) : room.users().acquire(user, database);
        if (plane == null) {
            ReplyWriter.error(reply, room.users().full());
        } else {
            selected(session, plane, reply);
        }
    }

    private static void selected(Session session, UserPlane plane, ByteBuf reply) {
        session.client().database(plane.database());
        session.switchTo(plane);
        SelectReplies.ok(reply);
    }
}
