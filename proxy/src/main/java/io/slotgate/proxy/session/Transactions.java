package io.slotgate.proxy.session;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.command.CommandSpec;
import io.slotgate.proxy.facade.Refusals;
import io.slotgate.proxy.facade.TransactionReplies;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.resp.RequestFrame;
import io.slotgate.proxy.route.KeySlots;
import io.slotgate.proxy.route.Route;
import io.slotgate.proxy.route.Route.Verb;
import io.slotgate.proxy.route.RouteTable;
import io.slotgate.proxy.transaction.Admission;
import io.slotgate.proxy.transaction.TransactionQueue;
import io.slotgate.proxy.transaction.TransactionQueues;
import io.slotgate.proxy.transaction.TransactionState;
import io.slotgate.proxy.upstream.Batch;
import io.slotgate.proxy.upstream.Pending;
import io.slotgate.proxy.worker.Worker;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * MULTI, EXEC and DISCARD, and what comes between them: queued here, each command checked as a server does it, and sent as one
 * piece of bytes when EXEC comes.
 *
 * <pre>
 *   MULTI      +OK        here
 *   SET a 1    +QUEUED    here: a's slot is the transaction's
 *   INCR a     +QUEUED    here
 *   EXEC       *2 …       MULTI SET INCR EXEC ──> owner of the slot, on its shared channel; its last reply
 * </pre>
 *
 * Belongs to one worker.
 */
final class Transactions {
    private final SessionRoom room;
    private final Dispatcher dispatcher;
    private final Worker worker;
    private final TransactionQueues queues;
    private final Admission admission = new Admission();

    Transactions(SessionRoom room, Dispatcher dispatcher) {
        this.room = room;
        this.dispatcher = dispatcher;
        this.worker = room.worker();
        var limits = room.limits().configured();
        this.queues = new TransactionQueues(worker, limits.transactionCommands(), limits.transactionBytes(),
                limits.transactionBytesPerWorker());
    }

    /** A command of a session that is {@link Session#special}; false if it is to be offered again. */
    boolean dispatch(Session session, RequestFrame frame, RouteTable routes) {
        CommandSpec spec = routes.find(frame);
        boolean accepted = spec != null && spec.accepts(frame.argc());
        if (spec != null && accepted && leaves(spec)) {
            forget(session);
            return dispatcher.ordinary(session, frame);
        }
        if (session.transaction() instanceof TransactionState.Idle) {
            return dispatcher.ordinary(session, frame);
        }
        Route route = spec == null ? Route.ANY_NODE : routes.of(spec);
        if (spec != null && route instanceof Route.Transaction of) {
            if (of.verb() == Verb.EXEC) {
                return accepted ? exec(session, spec) : execArity(session, spec);
            }
            if (of.verb() == Verb.DISCARD && accepted) {
                forget(session);
                return ok(session);
            }
        }
        queue(session, spec, route, frame);
        return true;
    }

    /** What ends a transaction without being part of it. */
    private static boolean leaves(CommandSpec spec) {
        return spec.name().equals("reset") || spec.name().equals("quit");
    }

    /** One of the commands that make a transaction, where none is open; false if it is to be offered again. */
    boolean outside(Session session, Verb verb, CommandSpec spec, RequestFrame frame) {
        return switch (verb) {
            case MULTI -> {
                session.transaction(TransactionState.IDLE.multi(queues.take(KeySlots.NO_KEY)));
                yield ok(session);
            }
            case EXEC -> answer(session, TransactionReplies::execWithoutMulti);
            case DISCARD -> answer(session, TransactionReplies::discardWithoutMulti);
            case WATCH -> answer(session, out -> ReplyWriter.error(out, "ERR Slotgate: WATCH is not supported"));
            case UNWATCH -> ok(session);
        };
    }

    private boolean exec(Session session, CommandSpec spec) {
        if (!(session.transaction() instanceof TransactionState.Queueing queueing)) {
            session.transaction(TransactionState.IDLE);
            return answer(session, TransactionReplies::aborted);
        }
        TransactionQueue queue = queueing.queue();
        session.transaction(queueing.ended());
        int bytes = queue.bytes();
        if (queue.count() == 0) {
            answer(session, TransactionReplies::nothing);
        } else {
            send(session, spec, queue);
        }
        queues.give(queue, bytes);
        return true;
    }

    private void send(Session session, CommandSpec spec, TransactionQueue queue) {
        worker.counters().transactions++;
        // Without keys it always runs at the same place, as scripts without keys do.
        int slot = Math.max(queue.slot(), 0);
        Pending pending = room.pendings().take(session.answers(), spec, session.protocol(), slot);
        pending.batch(new Batch(queue.count() + 1, !queue.changes(), false));
        session.answers().enqueue(pending);
        queue.end();
        dispatcher.send(pending, queue.buffer(), 0, queue.bytes());
    }

    private boolean execArity(Session session, CommandSpec spec) {
        forget(session);
        return answer(session, out -> Refusals.wrongArity(out, spec.name()));
    }

    private void queue(Session session, @Nullable CommandSpec spec, Route route, RequestFrame frame) {
        TransactionQueue queue = session.transaction() instanceof TransactionState.Queueing queueing
                ? queueing.queue()
                : null;
        ByteBuf reply = worker.scratch();
        if (spec == null) {
            Refusals.unknownCommand(reply, frame);
        } else if (!spec.accepts(frame.argc())) {
            Refusals.wrongArity(reply, spec.name());
        } else if (spec.container() && frame.argc() > 1) {
            Refusals.unknownSubcommand(reply, frame);
        } else if (!session.client().authenticated() && !spec.noAuth()) {
            Refusals.authenticationRequired(reply);
        } else if (admission.admits(spec, route, frame, queue == null ? KeySlots.NO_KEY : queue.slot(),
                session.client(), reply)) {
            if (queue == null || queues.add(queue, spec, frame, admission.slot())) {
                TransactionReplies.queued(reply);
                session.answers().answer(reply);
                return;
            }
            ReplyWriter.error(reply, queues.full());
        }
        worker.counters().refused++;
        session.answers().answer(reply);
        if (session.transaction() instanceof TransactionState.Queueing queueing) {
            queues.give(queueing.queue(), queueing.queue().bytes());
            session.transaction(queueing.refused());
        }
    }

    /** Nothing is to be left of what was begun: on DISCARD and RESET, and when the client leaves. */
    void forget(Session session) {
        if (session.transaction() instanceof TransactionState.Queueing queueing) {
            queues.give(queueing.queue(), queueing.queue().bytes());
        }
        session.transaction(TransactionState.IDLE);
    }

    private boolean ok(Session session) {
        return answer(session, TransactionReplies::ok);
    }

    private boolean answer(Session session, Consumer<ByteBuf> reply) {
        ByteBuf out = worker.scratch();
        reply.accept(out);
        session.answers().answer(out);
        return true;
    }

    /** Gives memory back; when all sessions are closed. */
    void close() {
        queues.close();
    }
}
