package io.slotgate.proxy.session;

import io.slotgate.proxy.command.CommandSpec;
import io.slotgate.proxy.resp.RequestFrame;
import io.slotgate.proxy.route.KeySlots;
import io.slotgate.proxy.route.Route.Merging;
import io.slotgate.proxy.route.Route.Use;
import io.slotgate.proxy.script.Scripts;
import io.slotgate.proxy.transaction.TransactionQueue;
import io.slotgate.proxy.upstream.Pending;
import io.slotgate.proxy.upstream.PendingPool;
import io.slotgate.proxy.upstream.Script;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sends what has to do with scripts, and sees to it that EVALSHA finds its own. Belongs to one worker. */
final class ScriptCommands {
    private final Dispatcher dispatcher;
    private final PendingPool pendings;
    private final FanOutCommands fanOuts;
    private final Scripts scripts;
    private final KeySlots keySlots = new KeySlots();

    ScriptCommands(Dispatcher dispatcher, PendingPool pendings, FanOutCommands fanOuts, Scripts scripts) {
        this.dispatcher = dispatcher;
        this.pendings = pendings;
        this.fanOuts = fanOuts;
        this.scripts = scripts;
    }

    void run(Session session, CommandSpec spec, RequestFrame frame, Use use) {
        switch (use) {
            case EVAL -> {
                scripts.remember(frame, 1);
                dispatcher.toSlot(session, spec, frame);
            }
            case EVALSHA -> withScript(session, spec, frame, scripts.find(frame, 1));
            case SHOW -> withScript(session, spec, frame, scripts.find(frame, 2));
            case LOAD -> {
                scripts.remember(frame, 2);
                fanOuts.toAllPrimaries(session, spec, frame, Merging.FIRST);
            }
            case EXISTS -> exists(session, spec, frame);
            case FLUSH -> {
                if (frame.argc() == 2
                        || (frame.argc() == 3 && (frame.is(2, "async") || frame.is(2, "sync")))) {
                    scripts.forget();
                }
                fanOuts.toAllPrimaries(session, spec, frame, Merging.FIRST);
            }
        }
    }

    /**
     * A command was queued in a transaction: notes the script it brings or names. All that {@link Use#LOAD} does then is to
     * load it at the transaction's node; the others are told when they need it.
     */
    void queued(TransactionQueue queue, RequestFrame frame, Use use) {
        switch (use) {
            case EVAL -> scripts.remember(frame, 1);
            case LOAD -> scripts.remember(frame, 2);
            case EVALSHA -> needs(queue, frame, 1, 2);
            case SHOW -> needs(queue, frame, 2, 3);
            case EXISTS -> needs(queue, frame, 2, frame.argc());
            case FLUSH -> {
                // Not admitted.
            }
        }
    }

    private static void needs(TransactionQueue queue, RequestFrame frame, int from, int to) {
        for (int arg = from; arg < to; arg++) {
            String sha = Scripts.sha(frame, arg);
            if (sha != null) {
                queue.needs(sha);
            }
        }
    }

    /** Of the scripts that a transaction needs those that are known here. */
    List<Script> known(TransactionQueue queue) {
        if (queue.scripts().isEmpty()) {
            return List.of();
        }
        List<Script> known = new ArrayList<>(queue.scripts().size());
        for (String sha : queue.scripts()) {
            Script script = scripts.find(sha);
            if (script != null) {
                known.add(script);
            }
        }
        return known;
    }

    private void withScript(Session session, CommandSpec spec, RequestFrame frame, @Nullable Script script) {
        int slot = script == null ? KeySlots.CROSS_SLOT : keySlots.slot(spec, frame);
        if (script == null || slot == KeySlots.CROSS_SLOT) {
            dispatcher.toSlot(session, spec, frame);
            return;
        }
        int known = switch (slot) {
            case KeySlots.NO_KEY -> 0;
            case KeySlots.MALFORMED -> Pending.NO_SLOT;
            default -> slot;
        };
        Pending pending = pendings.take(session.answers(), spec, session.protocol(), known);
        pending.script(script);
        session.answers().enqueue(pending);
        dispatcher.send(pending, frame.buffer(), frame.start(), frame.size());
    }

    /**
     * A script that is known here would be loaded for an EVALSHA: so it is for this question. What the nodes say then is the
     * truth, also of a script that they won't take.
     */
    private void exists(Session session, CommandSpec spec, RequestFrame frame) {
        for (int arg = 2; arg < frame.argc(); arg++) {
            Script script = scripts.find(frame, arg);
            if (script != null) {
                fanOuts.load(script, session.protocol());
            }
        }
        fanOuts.toAllPrimaries(session, spec, frame, Merging.ALL_TRUE);
    }
}
