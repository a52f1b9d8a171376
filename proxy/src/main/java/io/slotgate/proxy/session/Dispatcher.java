package io.slotgate.proxy.session;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.command.CommandSpec;
import io.slotgate.proxy.command.CommandTable;
import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.facade.LocalCommand;
import io.slotgate.proxy.facade.Refusals;
import io.slotgate.proxy.fanout.FanOutRoom;
import io.slotgate.proxy.fanout.NodeCursor;
import io.slotgate.proxy.fanout.SlotScans;
import io.slotgate.proxy.fanout.Splitter;
import io.slotgate.proxy.pubsub.Census;
import io.slotgate.proxy.redirect.Parking;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.resp.RequestFrame;
import io.slotgate.proxy.route.KeySlots;
import io.slotgate.proxy.route.Route;
import io.slotgate.proxy.route.RouteTable;
import io.slotgate.proxy.transaction.TransactionState;
import io.slotgate.proxy.upstream.Pending;
import io.slotgate.proxy.upstream.PendingPool;
import io.slotgate.proxy.upstream.UpstreamChannel;
import io.slotgate.proxy.upstream.Upstreams;
import io.slotgate.proxy.worker.Worker;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Sends each command of a session the way its route says. Belongs to one worker. */
final class Dispatcher {
    private final SessionRoom room;
    private final Worker worker;
    private final Upstreams upstreams;
    private final PendingPool pendings;
    private final Parking parking;
    private final FanOutRoom fanOut;
    private final KeySlots keySlots = new KeySlots();
    private final Transactions transactions;
    private final CommandSpec existsSpec;
    private final ScriptCommands scripts;
    private RouteTable routes;

    Dispatcher(SessionRoom room, Worker worker, Upstreams upstreams, Parking parking, FanOutRoom fanOut,
            RouteTable routes) {
        this.room = room;
        this.worker = worker;
        this.upstreams = upstreams;
        this.pendings = upstreams.pendings();
        this.parking = parking;
        this.fanOut = fanOut;
        this.routes = routes;
        this.transactions = new Transactions(room, this);
        this.scripts = new ScriptCommands(this, pendings, fanOut.broadcast(), room.scripts());
        this.existsSpec = Objects.requireNonNull(CommandTable.builtIn().byName("exists"));
    }

    void routes(RouteTable routes) {
        this.routes = routes;
    }

    Transactions transactions() {
        return transactions;
    }

    /**
     * Sends one whole command, or answers it.
     *
     * @return false if the command has to be alone and waits, unsent, until all before it are answered
     */
    boolean dispatch(Session session, RequestFrame frame) {
        boolean done = session.special()
                ? transactions.dispatch(session, frame, routes)
                : ordinary(session, frame);
        if (done) {
            worker.counters().requests++;
            session.client().countCommand();
        }
        return done;
    }

    /** As {@link #dispatch}, whatever state the session is in, and uncounted. */
    boolean ordinary(Session session, RequestFrame frame) {
        CommandSpec spec = routes.find(frame);
        if (spec == null) {
            unknown(session, frame);
        } else if (!spec.accepts(frame.argc())) {
            wrongArity(session, spec);
        } else if (spec.container() && frame.argc() > 1) {
            // A container is only found where its subcommand is not.
            unknownSubcommand(session, frame);
        } else if (!session.client().authenticated() && !spec.noAuth()) {
            authenticationRequired(session);
        } else if (room.pause().active() && room.pause().holds(spec)) {
            session.hold();
            return false;
        } else if (session.restricted() && room.subscriptions().restrict(session, spec, frame, routes.of(spec))) {
            // A subscriber in RESP2 was answered.
        } else {
            session.client().lastCommand(spec.name());
            Route route = routes.of(spec);
            if (route != Route.SLOT || mayBeLarge(spec, frame)) {
                return byRoute(session, spec, frame, route);
            }
            toSlot(session, spec, frame);
        }
        return true;
    }

    private boolean mayBeLarge(CommandSpec spec, RequestFrame frame) {
        return room.largeKeys().any() && room.largeKeys().expects(spec, frame);
    }

    private boolean download(Session session, CommandSpec spec, RequestFrame frame) {
        if (!session.alone()) {
            return false;
        }
        int slot = keySlots.slot(spec, frame);
        Pending pending = pendings.take(session.answers(), spec, session.protocol(), slot);
        session.answers().enqueue(pending);
        pending.stashRequest(worker, frame.buffer(), frame.start(), frame.size());
        session.answers().download(pending);
        return true;
    }

    /** Lets a command whose bytes are kept wait until the owner of its slot can be reached. */
    void park(Pending pending) {
        parking.park(pending, 0);
    }

    /** As {@link #dispatch}, for a command that may be sent. */
    private boolean byRoute(Session session, CommandSpec spec, RequestFrame frame, Route route) {
        switch (route) {
            case Route.Slot() -> {
                if (mayBeLarge(spec, frame)) {
                    return download(session, spec, frame);
                }
                toSlot(session, spec, frame);
            }
            case Route.Leased leased -> {
                if (leased.blocks(frame)) {
                    return block(session, spec, frame, leased);
                }
                toSlot(session, spec, frame);
            }
            case Route.Transaction transaction -> {
                return transactions.outside(session, transaction.verb(), spec, frame);
            }
            case Route.Split split -> split(session, spec, frame, split.splitting());
            case Route.AllPrimaries all -> toAllPrimaries(session, spec, frame, all.merging());
            case Route.NamedSlot() -> toNamedSlot(session, spec, frame);
            case Route.Script script -> scripts.run(session, spec, frame, script.use());
            case Route.Scan scan -> scan(session, spec, frame, scan.bySlot());
            case Route.ClusterInfo info -> {
                Pending whole = whole(session, spec);
                noNodeUnless(fanOut.broadcast().info(whole, frame,
                        info.ours().fields(session.client(), room.connectedClients())), whole);
            }
            case Route.OverClients() -> {
                Pending answer = pendings.take(session.answers(), null, session.protocol(), Pending.NO_SLOT);
                session.answers().enqueue(answer);
                session.drainFirst();
                room.inquiries().run(spec.name(), frame, session, answer);
            }
            case Route.AnyNode() -> send(session, spec, frame, Pending.NO_SLOT);
            case Route.Channel() -> send(session, spec, frame,
                    SlotHash.slot(frame.buffer(), frame.offset(1), frame.length(1)));
            case Route.Subscribe subscribe -> {
                if (!session.alone()) {
                    return false;
                }
                room.subscriptions().run(session, spec, frame, subscribe);
            }
            case Route.Subscribers all -> {
                Pending whole = whole(session, spec);
                Census census = room.desk().census();
                noNodeUnless(fanOut.broadcast().figures(whole, frame,
                        (name, sum) -> census.subscribers(all.audience(), name, sum)), whole);
            }
            case Route.Local local -> {
                answer(session, frame, local.command());
                session.afterLocalCommand();
            }
            case Route.Rejected rejected -> {
                if (!rejected.refusal().appliesTo(frame)) {
                    return byRoute(session, spec, frame, rejected.otherwise());
                }
                answer(session, frame, rejected.refusal());
            }
        }
        return true;
    }

    void toAllPrimaries(Session session, CommandSpec spec, RequestFrame frame, Route.Merging merging) {
        Pending whole = whole(session, spec);
        noNodeUnless(fanOut.broadcast().toAllPrimaries(whole, frame, merging), whole);
    }

    void toSlot(Session session, CommandSpec spec, RequestFrame frame) {
        int slot = keySlots.slot(spec, frame);
        if (slot >= 0) {
            send(session, spec, frame, slot);
            return;
        }
        switch (slot) {
            case KeySlots.CROSS_SLOT -> {
                ByteBuf reply = refusal();
                Refusals.crossSlot(reply);
                session.answers().answer(reply);
            }
            // Keyless scripts always run at the same place, so that what they do to it adds up.
            case KeySlots.NO_KEY -> send(session, spec, frame, 0);
            default -> send(session, spec, frame, Pending.NO_SLOT);
        }
    }

    private boolean block(Session session, CommandSpec spec, RequestFrame frame, Route.Leased leased) {
        if (!session.alone()) {
            return false;
        }
        int slot = leased.atAllPrimaries() ? Pending.NO_SLOT : keySlots.slot(spec, frame);
        if (slot == KeySlots.CROSS_SLOT) {
            toSlot(session, spec, frame);
            return true;
        }
        // What has no key that could be found: any node has the words for it, but may block all the same.
        int at = slot < 0 ? 0 : slot;
        Pending whole = pendings.take(session.answers(), spec, session.protocol(), at);
        session.answers().enqueue(whole);
        TimedCommand command = new TimedCommand(worker.allocator(), frame, leased.timeout());
        if (session.inputHasEnded()) {
            command.hurry();
        }
        if (leased.atAllPrimaries()) {
            ReplicaWait wait = new ReplicaWait(session, room, spec, whole, command);
            session.blocks(wait);
            wait.begin();
        } else {
            Blocking blocking = new Blocking(session, room, spec, at, whole, command);
            session.blocks(blocking);
            blocking.seek();
        }
        return true;
    }

    private void toNamedSlot(Session session, CommandSpec spec, RequestFrame frame) {
        int slot = KeySlots.named(frame, 2);
        // A node has the right words for what is no slot.
        send(session, spec, frame, slot < 0 ? Pending.NO_SLOT : slot);
    }

    private void send(Session session, CommandSpec spec, RequestFrame frame, int slot) {
        Pending pending = pendings.take(session.answers(), spec, session.protocol(), slot);
        session.answers().enqueue(pending);
        send(pending, frame.buffer(), frame.start(), frame.size());
    }

    /** Sends a command to the owner of its slot, or to any node if it has none; parks it if that can't be now. */
    void send(Pending pending, ByteBuf source, int offset, int length) {
        int slot = pending.slot();
        UpstreamChannel channel = slot == Pending.NO_SLOT
                ? upstreams.anyPrimary(pending.protocol())
                : upstreams.forSlot(pending.protocol(), slot);
        if (channel != null && channel.ready() && !parking.waits(slot)) {
            channel.send(pending, source, offset, length);
            return;
        }
        if (channel != null) {
            channel.connect();
        }
        pending.stashRequest(worker, source, offset, length);
        parking.park(pending, 0);
    }

    /** Whether a command of which only a part is here can be passed on in parts: its only key and its name are known. */
    boolean streams(Session session, RequestFrame begun) {
        CommandSpec spec = begun.argc() < 2 ? null : routes.find(begun);
        return spec != null && session.transaction() == TransactionState.IDLE && spec.write() && spec.singleKey() != 0
                && spec.singleKey() < begun.argc()
                && session.client().authenticated() && routes.of(spec) == Route.SLOT;
    }

    /** Begins to pass on a command that {@link #streams}. */
    Upload beginUpload(Session session, SessionRoom room, RequestFrame begun) {
        CommandSpec spec = Objects.requireNonNull(routes.find(begun));
        int key = spec.singleKey();
        int slot = SlotHash.slot(begun.buffer(), begun.offset(key), begun.length(key));
        worker.counters().requests++;
        Pending whole = pendings.take(session.answers(), spec, session.protocol(), slot);
        session.answers().enqueue(whole);
        Upload upload = new Upload(session, room, spec, slot, whole);
        upload.begin(begun.buffer(), begun.offset(key), begun.length(key));
        return upload;
    }

    /** Whether something that began then ({@link System#nanoTime}) may still wait for a reachable owner. */
    boolean isPatient(long since) {
        return parking.isPatient(since, System.nanoTime());
    }

    /** The command that asks whether a key is there. */
    CommandSpec existsSpec() {
        return existsSpec;
    }

    private void split(Session session, CommandSpec spec, RequestFrame frame, Route.Splitting splitting) {
        if ((frame.argc() - 1) % splitting.argumentsPerKey() != 0) {
            wrongArity(session, spec);
            return;
        }
        int slot = Splitter.commonSlot(frame, splitting);
        if (slot >= 0) {
            send(session, spec, frame, slot);
            return;
        }
        fanOut.splitter().split(whole(session, spec), frame, splitting);
    }

    /** Sends a command whose keys are partly on another node again, key by key; false if that is not to be done. */
    boolean splitByKey(Pending pending) {
        return fanOut.splitter().splitByKey(pending);
    }

    private void scan(Session session, CommandSpec spec, RequestFrame frame, boolean bySlot) {
        if (bySlot && SlotScans.hasCursor(frame)) {
            Pending whole = whole(session, spec);
            noNodeUnless(fanOut.slotScans().scan(whole, frame), whole);
            return;
        }
        @Nullable
        NodeCursor cursor = NodeCursor.read(frame, 1);
        if (cursor == null) {
            refuse(session, "ERR invalid cursor");
            return;
        }
        Pending whole = whole(session, spec);
        noNodeUnless(fanOut.broadcast().scan(whole, frame, cursor), whole);
    }

    private Pending whole(Session session, CommandSpec spec) {
        worker.counters().splits++;
        Pending whole = pendings.take(session.answers(), spec, session.protocol(), Pending.NO_SLOT);
        session.answers().enqueue(whole);
        return whole;
    }

    private void noNodeUnless(boolean sent, Pending whole) {
        if (!sent) {
            ByteBuf error = worker.scratch();
            ReplyWriter.error(error, "CLUSTERDOWN no primary is known");
            whole.answer(worker, error);
        }
    }

    private void answer(Session session, RequestFrame frame, LocalCommand command) {
        ByteBuf reply = worker.scratch();
        command.answer(frame, session.client(), reply);
        session.answers().answer(reply);
    }

    private void unknown(Session session, RequestFrame frame) {
        ByteBuf reply = refusal();
        Refusals.unknownCommand(reply, frame);
        session.answers().answer(reply);
    }

    private void unknownSubcommand(Session session, RequestFrame frame) {
        ByteBuf reply = refusal();
        Refusals.unknownSubcommand(reply, frame);
        session.answers().answer(reply);
    }

    private void wrongArity(Session session, CommandSpec spec) {
        ByteBuf reply = refusal();
        Refusals.wrongArity(reply, spec.name());
        session.answers().answer(reply);
    }

    private void authenticationRequired(Session session) {
        ByteBuf reply = refusal();
        Refusals.authenticationRequired(reply);
        session.answers().answer(reply);
    }

    private void refuse(Session session, String error) {
        ByteBuf reply = refusal();
        ReplyWriter.error(reply, error);
        session.answers().answer(reply);
    }

    private ByteBuf refusal() {
        worker.counters().refused++;
        return worker.scratch();
    }
}
