package io.slotgate.proxy.session;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.clients.Inquiries;
import io.slotgate.proxy.command.CommandSpec;
import io.slotgate.proxy.facade.UpstreamUser;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.resp.RequestFrame;
import io.slotgate.proxy.upstream.Pending;

/**
 * CLIENT LIST, KILL, PAUSE, UNPAUSE and UNBLOCK of a session: done here, over the clients of all workers, if a node says that its user may.
 * Users that only the proxy knows may. Belongs to one worker.
 */
final class AboutClients {
    private final SessionRoom room;
    private final NodeRights rights;

    AboutClients(SessionRoom room) {
        this.room = room;
        this.rights = new NodeRights(room);
    }

    void run(Session session, CommandSpec spec, RequestFrame frame) {
        room.worker().observer().taken(spec);
        Pending answer = room.pendings().take(session.answers(), null, session.protocol(), Pending.NO_SLOT);
        session.answers().enqueue(answer);
        session.intake().drainFirst();
        Inquiries.Question question = room.inquiries().read(spec.name(), frame, session);
        UpstreamUser user = session.client().upstreamUser();
        if (user == null) {
            question.answer(answer);
        } else {
            rights.ask(session.plane(), user, session.protocol(), spec, refusal -> {
                if (refusal == null) {
                    question.answer(answer);
                } else {
                    refuse(answer, refusal);
                }
            });
        }
    }

    private void refuse(Pending answer, String refusal) {
        room.worker().counters().refused++;
        ByteBuf error = room.worker().scratch();
        ReplyWriter.error(error, refusal);
        answer.answer(room.worker(), error);
    }
}
