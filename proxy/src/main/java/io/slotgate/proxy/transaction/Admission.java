package io.slotgate.proxy.transaction;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.command.CommandSpec;
import io.slotgate.proxy.facade.ClientState;
import io.slotgate.proxy.facade.Refusals;
import io.slotgate.proxy.facade.TransactionReplies;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.resp.RequestFrame;
import io.slotgate.proxy.route.KeySlots;
import io.slotgate.proxy.route.Route;
import java.util.Locale;
import java.util.Set;

/**
 * Decides, when a command is queued, whether it may be part of a transaction: as a server in cluster mode would, in its words,
 * and only if one node can do for it what it does outside. Belongs to one worker.
 */
public final class Admission {
    private static final int NO_KEY = KeySlots.NO_KEY;
    private static final String WHOLE = "it concerns all nodes, and a transaction runs on one";
    private static final String SESSION = "what it asks is kept by the proxy, and a transaction runs on a node";
    private static final String SUBSCRIPTION = "subscribe before MULTI or behind EXEC";

    /** Commands that are answered here outside, and that a node answers just the same. */
    private static final Set<String> ALIKE = Set.of("ping", "echo");

    private final KeySlots keySlots = new KeySlots();
    private int slot;

    /**
     * Whether a command may be queued in a transaction on {@code common}, negative if it has no key yet. If not, the error is
     * written to {@code error}; if so, {@link #slot} is that of its keys.
     */
    public boolean admits(CommandSpec spec, Route route, RequestFrame frame, int common, ClientState client,
            ByteBuf error) {
        slot = NO_KEY;
        if (spec.noMulti()) {
            TransactionReplies.notAllowed(error);
        } else if (spec.name().endsWith("subscribe")) {
            refuse(spec, SUBSCRIPTION, error);
        } else if (route instanceof Route.Rejected rejected && !spec.blocking()
                && rejected.refusal().appliesTo(frame)) {
            rejected.refusal().answer(frame, client, error);
        } else if (concernsAllNodes(route instanceof Route.Rejected some ? some.otherwise() : route)) {
            refuse(spec, WHOLE, error);
        } else if (isOfTheSession(spec, route, frame, client) || isMonitor(route)) {
            refuse(spec, SESSION, error);
        } else {
            slot = spec.keyed() ? keySlots.slot(spec, frame) : NO_KEY;
            if (slot != KeySlots.CROSS_SLOT && (slot < 0 || common < 0 || slot == common)) {
                return true;
            }
            Refusals.crossSlot(error);
        }
        return false;
    }

    /** The slot of the keys of the command admitted last, or one of the negative constants of {@link KeySlots}. */
    public int slot() {
        return slot;
    }

    private static boolean concernsAllNodes(Route route) {
        return route instanceof Route.AllPrimaries || route instanceof Route.AllKeys || route instanceof Route.Scan
                || route instanceof Route.NamedSlot || route instanceof Route.NamedKey
                || route instanceof Route.ClusterInfo
                || route instanceof Route.Subscribers
                || (route instanceof Route.Script script && script.use() == Route.Use.FLUSH);
    }

    private static boolean isMonitor(Route route) {
        return route instanceof Route.Monitor;
    }

    private static boolean isOfTheSession(CommandSpec spec, Route route, RequestFrame frame, ClientState client) {
        if (spec.name().equals("select")) {
            // Where the channel is anyway.
            return !frame.is(1, Integer.toString(client.database()));
        }
        if (route instanceof Route.Local || route instanceof Route.LogIn) {
            return !ALIKE.contains(spec.name());
        }
        return spec.name().startsWith("client|") || spec.name().startsWith("cluster|");
    }

    private static void refuse(CommandSpec spec, String reason, ByteBuf error) {
        ReplyWriter.error(error, "ERR Slotgate: " + spec.name().toUpperCase(Locale.ROOT).replace('|', ' ')
                + " is not supported inside a transaction: " + reason);
    }
}
