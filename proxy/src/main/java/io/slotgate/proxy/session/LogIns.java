package io.slotgate.proxy.session;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.command.CommandSpec;
import io.slotgate.proxy.facade.ClientState;
import io.slotgate.proxy.facade.Login;
import io.slotgate.proxy.facade.UpstreamUser;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.resp.RequestFrame;
import io.slotgate.proxy.upstream.Pending;
import io.slotgate.proxy.upstream.PendingPool;
import io.slotgate.proxy.worker.Worker;

/** AUTH and HELLO with a name that only the cluster knows: it is asked, and the session waits for what it says. */
final class LogIns {
    private final SessionRoom room;
    private final Worker worker;
    private final PendingPool pendings;
    private final OwnAnswers own;

    LogIns(SessionRoom room, PendingPool pendings, OwnAnswers own) {
        this.room = room;
        this.worker = room.worker();
        this.pendings = pendings;
        this.own = own;
    }

    void run(Session session, CommandSpec spec, RequestFrame frame, Login command) {
        UpstreamUser user = command.asks(frame);
        if (user == null) {
            own.answer(session, spec, frame, command);
            session.afterLocalCommand();
            return;
        }
        worker.observer().taken(spec);
        Pending whole = pendings.take(session.answers(), null, session.protocol(), Pending.NO_SLOT);
        session.answers().enqueue(whole);
        session.intake().drainFirst();
        whole.stashRequest(worker, frame.buffer(), frame.start(), frame.size());
        room.users().login(user, session.client().database(),
                outcome -> loggedIn(session, whole, command, user, outcome));
    }

    private void loggedIn(Session session, Pending whole, Login command, UpstreamUser user,
            UserPlanes.Outcome outcome) {
        ByteBuf reply = worker.allocator().directBuffer();
        switch (outcome) {
            case UserPlanes.Outcome.Refused(String error) -> ReplyWriter.error(reply, error);
            case UserPlanes.Outcome.Accepted(UserPlane plane) -> {
                ClientState client = session.client();
                if (!whole.abandoned()) {
                    client.accepted(user);
                    command.answer(room.keptFrame(whole), client, reply);
                    client.accepted(null);
                }
                if (whole.abandoned() || !user.equals(client.upstreamUser())) {
                    room.users().release(plane);
                } else {
                    session.switchTo(plane);
                }
            }
        }
        whole.answer(worker, reply);
        reply.release();
    }
}
