package io.slotgate.proxy.session;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.command.CommandSpec;
import io.slotgate.proxy.facade.LocalCommand;
import io.slotgate.proxy.facade.Refusals;
import io.slotgate.proxy.observe.Observer;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.resp.RequestFrame;
import io.slotgate.proxy.worker.Worker;

/** Answers that no node gives: of the facade, and refusals. In their turn, counted and observed as the proxy's own. */
final class OwnAnswers {
    private final Worker worker;
    private final Observer observer;

    OwnAnswers(Worker worker) {
        this.worker = worker;
        this.observer = worker.observer();
    }

    void answer(Session session, CommandSpec spec, RequestFrame frame, LocalCommand command) {
        ByteBuf reply = worker.scratch();
        command.answer(frame, session.client(), reply);
        observer.own(spec, reply.isReadable() && reply.getByte(0) == '-');
        session.answers().answer(reply);
    }

    /** No such command; who speaks HTTP by mistake is let go without an answer, as a server does. */
    void unknown(Session session, RequestFrame frame) {
        if (Refusals.isOfHttp(frame)) {
            session.client().closeAfterReply(true);
            session.afterLocalCommand();
            return;
        }
        worker.counters().unknown++;
        ByteBuf reply = refusal();
        Refusals.unknownCommand(reply, frame);
        session.answers().answer(reply);
    }

    void unknownSubcommand(Session session, CommandSpec container, RequestFrame frame) {
        observer.own(container, true);
        ByteBuf reply = refusal();
        Refusals.unknownSubcommand(reply, frame);
        session.answers().answer(reply);
    }

    void wrongArity(Session session, CommandSpec spec) {
        observer.own(spec, true);
        ByteBuf reply = refusal();
        Refusals.wrongArity(reply, spec.name());
        session.answers().answer(reply);
    }

    void authenticationRequired(Session session, CommandSpec spec) {
        observer.own(spec, true);
        ByteBuf reply = refusal();
        Refusals.authenticationRequired(reply);
        session.answers().answer(reply);
    }

    void crossSlot(Session session, CommandSpec spec) {
        observer.own(spec, true);
        ByteBuf reply = refusal();
        Refusals.crossSlot(reply);
        session.answers().answer(reply);
    }

    void refuse(Session session, String error) {
        ByteBuf reply = refusal();
        ReplyWriter.error(reply, error);
        session.answers().answer(reply);
    }

    private ByteBuf refusal() {
        worker.counters().refused++;
        return worker.scratch();
    }
}
