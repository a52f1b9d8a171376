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
import io.slotgate.proxy.upstream.UpstreamChannel;
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
 * After WATCH the same goes over the connection that watches.
 *
 * <p>Belongs to one worker.
 */
final class Transactions {
    private final SessionRoom room;
    private final Dispatcher dispatcher;
    private final Worker worker;
    private final TransactionQueues queues;
    private final Admission admission = new Admission();
    private final KeySlots keySlots = new KeySlots();

    Transactions(SessionRoom room, Dispatcher dispatcher) {
        this.room = room;
        this.dispatcher = dispatcher;
        this.worker = room.worker();
        this.queues = room.transactionQueues();
    }

    /** A command of a session that is {@link Modes#special}; false if it is to be offered again. */
    boolean dispatch(Session session, RequestFrame frame, RouteTable routes) {
        CommandSpec spec = routes.find(frame);
        boolean accepted = spec != null && spec.accepts(frame.argc());
        if (spec != null && accepted && leaves(spec)) {
            forget(session);
            return dispatcher.ordinary(session, frame);
        }
        Route route = spec == null ? Route.ANY_NODE : routes.of(spec);
        if (spec != null && !accepted && route instanceof Route.Transaction of && of.verb() == Verb.EXEC) {
            // It ends everything, even what is only watched.
            return execArity(session, spec);
        }
        if (session.modes().transaction() == TransactionState.IDLE) {
            return dispatcher.ordinary(session, frame);
        }
        if (spec != null && route instanceof Route.Transaction of) {
            if (of.verb() == Verb.EXEC) {
                return exec(session, spec);
            }
            if (of.verb() == Verb.DISCARD && accepted) {
                forget(session);
                worker.observer().own(spec, false);
                return ok(session);
            }
            if (of.verb() != Verb.UNWATCH && accepted && !spec.noMulti()) {
                // A server without that flag for them says so and goes on.
                return answer(session, out -> TransactionReplies.nested(out, of.verb() == Verb.WATCH));
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
        if (verb != Verb.WATCH) {
            worker.observer().own(spec, verb == Verb.EXEC || verb == Verb.DISCARD);
        }
        return switch (verb) {
            case MULTI -> {
                Watch watch = session.modes().watch();
                session.modes().transaction(
                        TransactionState.IDLE.multi(queues.take(watch == null ? KeySlots.NO_KEY : watch.slot())));
                yield ok(session);
            }
            case EXEC -> answer(session, TransactionReplies::execWithoutMulti);
            case DISCARD -> answer(session, TransactionReplies::discardWithoutMulti);
            case WATCH -> watch(session, spec, frame);
            case UNWATCH -> {
                unwatch(session);
                yield ok(session);
            }
        };
    }

    private boolean watch(Session session, CommandSpec spec, RequestFrame frame) {
        int slot = keySlots.slot(spec, frame);
        Watch watch = session.modes().watch();
        if (slot < 0 || (watch != null && watch.slot() != slot)) {
            return answer(session, Refusals::crossSlot);
        }
        // What was sent before must not count as touching the keys.
        if (!session.intake().alone()) {
            return false;
        }
        if (watch == null) {
            watch = new Watch(session, room, session.plane(), spec, slot);
            session.modes().watch(watch);
        }
        watch.more(frame);
        session.intake().drainFirst();
        return true;
    }

    private boolean exec(Session session, CommandSpec spec) {
        Watch watch = session.modes().watch();
        // On its own connection it could overtake what was sent before.
        if (watch != null && !session.intake().alone()) {
            return false;
        }
        if (!(session.modes().transaction() instanceof TransactionState.Queueing queueing)) {
            forget(session);
            worker.observer().own(spec, true);
            return answer(session, TransactionReplies::aborted);
        }
        TransactionQueue queue = queueing.queue();
        if (room.pause().holdsTransaction(queue.changes())) {
            session.intake().hold();
            return false;
        }
        session.modes().transaction(queueing.ended());
        int bytes = queue.bytes();
        if (watch != null) {
            sendGuarded(session, spec, queue, watch);
        } else if (queue.count() == 0) {
            worker.observer().own(spec, false);
            answer(session, TransactionReplies::nothing);
        } else {
            if (session.answers().isEmpty()) {
                // +OK and +QUEUED go out with EXEC's reply, as a server would send them: one write less.
                session.output().withhold();
            }
            dispatcher.send(pending(session, spec, queue, false), queue.buffer(), 0, queue.bytes());
        }
        queues.give(queue, bytes);
        return true;
    }

    private Pending pending(Session session, CommandSpec spec, TransactionQueue queue, boolean guarded) {
        worker.counters().transactions++;
        // Without keys it always runs at the same place, as scripts without keys do.
        int slot = Math.max(queue.slot(), 0);
        Pending pending = room.pendings().take(session.answers(), spec, session.protocol(), slot);
        pending.batch(new Batch(queue.count() + 1, !queue.changes(), guarded, dispatcher.scripts().known(queue)));
        session.answers().enqueue(pending);
        queue.end();
        return pending;
    }

    private void sendGuarded(Session session, CommandSpec spec, TransactionQueue queue, Watch watch) {
        UpstreamChannel lease = watch.guarding();
        if (lease == null) {
            worker.counters().conflicts++;
            worker.observer().own(spec, false);
            answer(session, out -> TransactionReplies.conflict(out, session.protocol()));
        } else {
            Pending pending = pending(session, spec, queue, true);
            // Nothing may come between ASKING and MULTI.
            lease.loadScripts(pending);
            watch.askIfImported(lease);
            session.output().withhold();
            lease.send(pending, queue.buffer(), 0, queue.bytes());
            session.intake().drainFirst();
        }
        unwatch(session);
    }

    private static void unwatch(Session session) {
        Watch watch = session.modes().watch();
        if (watch != null) {
            session.modes().watch(null);
            watch.end();
        }
    }

    private boolean execArity(Session session, CommandSpec spec) {
        forget(session);
        return answer(session, out -> Refusals.wrongArity(out, spec.name()));
    }

    private void queue(Session session, @Nullable CommandSpec spec, Route route, RequestFrame frame) {
        TransactionQueue queue = session.modes().transaction() instanceof TransactionState.Queueing queueing
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
                if (queue != null && route instanceof Route.Script script) {
                    dispatcher.scripts().queued(queue, frame, script.use());
                }
                worker.observer().taken(spec);
                worker.observer().sees(spec, frame);
                session.client().transaction(session.client().queued() + 1, session.client().watched());
                TransactionReplies.queued(reply);
                session.answers().answer(reply);
                return;
            }
            ReplyWriter.error(reply, queues.full());
        }
        worker.counters().refused++;
        session.answers().answer(reply);
        if (session.modes().transaction() instanceof TransactionState.Queueing queueing) {
            queues.give(queueing.queue(), queueing.queue().bytes());
            session.modes().transaction(queueing.refused());
        }
    }

    /** Nothing is to be left of what was begun: on DISCARD and RESET, and when the client leaves. */
    void forget(Session session) {
        if (session.modes().transaction() instanceof TransactionState.Queueing queueing) {
            queues.give(queueing.queue(), queueing.queue().bytes());
        }
        session.modes().transaction(TransactionState.IDLE);
        unwatch(session);
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
}
