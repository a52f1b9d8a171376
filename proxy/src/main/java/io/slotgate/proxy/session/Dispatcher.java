package io.slotgate.proxy.session;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.command.CommandSpec;
import io.slotgate.proxy.command.CommandTable;
import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.fanout.Splitter;
import io.slotgate.proxy.observe.Observer;
import io.slotgate.proxy.redirect.Parking;
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

/** Sends each command of a session the way its route says. Belongs to one worker. */
final class Dispatcher {
    private final SessionRoom room;
    private final Worker worker;
    private final Observer observer;
    private final UserChannels channels;
    private final Upstreams upstreams;
    private final PendingPool pendings;
    private final Parking parking;
    private final FanOutCommands fanOuts;
    private final KeySlots keySlots = new KeySlots();
    private final Transactions transactions;
    private final TrackingCommands tracking;
    private final Selecting selecting;
    private final CommandSpec existsSpec;
    private final ScriptCommands scripts;
    private final OwnAnswers own;
    private final LogIns logIns;
    private final AboutClients aboutClients;
    private RouteTable routes;

    Dispatcher(SessionRoom room, UserChannels channels, RouteTable routes) {
        this.room = room;
        this.worker = room.worker();
        this.observer = worker.observer();
        this.channels = channels;
        this.upstreams = channels.upstreams();
        this.pendings = upstreams.pendings();
        this.parking = channels.parking();
        this.routes = routes;
        this.own = new OwnAnswers(worker);
        this.fanOuts = new FanOutCommands(room, channels, own);
        this.logIns = new LogIns(room, pendings, own);
        this.aboutClients = new AboutClients(room);
        this.transactions = new Transactions(room, this);
        this.tracking = new TrackingCommands(room, transactions);
        this.selecting = new Selecting(room);
        this.scripts = new ScriptCommands(this, pendings, fanOuts, room.scripts());
        this.existsSpec = Objects.requireNonNull(CommandTable.builtIn().byName("exists"));
    }

    /** As {@link SessionRoom#follow(RouteTable)}. */
    void follow(RouteTable learned) {
        routes = learned;
    }

    Transactions transactions() {
        return transactions;
    }

    ScriptCommands scripts() {
        return scripts;
    }

    FanOutCommands fanOuts() {
        return fanOuts;
    }

    /**
     * Sends one whole command, or answers it.
     *
     * @return false if the command has to be alone and waits, unsent, until all before it are answered
     */
    boolean dispatch(Session session, RequestFrame frame) {
        boolean done = session.modes().special()
                ? tracking.dispatch(session, frame, routes)
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
            own.unknown(session, frame);
        } else if (!spec.accepts(frame.argc())) {
            own.wrongArity(session, spec);
        } else if (spec.container() && frame.argc() > 1) {
            // A container is only found where its subcommand is not.
            own.unknownSubcommand(session, spec, frame);
        } else if (!session.client().authenticated() && !spec.noAuth()) {
            own.authenticationRequired(session, spec);
        } else if (room.pause().active() && room.pause().holds(spec)) {
            session.intake().hold();
            return false;
        } else if (session.modes().restricted()
                && room.subscriptions().restrict(session, spec, frame, routes.of(spec))) {
            // A subscriber in RESP2 was answered.
        } else {
            session.client().lastCommand(spec.name());
            observer.sees(spec, frame);
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
        if (!session.intake().alone()) {
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
            case Route.AllPrimaries all -> fanOuts.toAllPrimaries(session, spec, frame, all.merging());
            case Route.NamedSlot() -> toNamedSlot(session, spec, frame);
            case Route.NamedKey() -> send(session, spec, frame, frame.argc() < 3
                    ? Pending.NO_SLOT
                    : SlotHash.slot(frame.buffer(), frame.offset(2), frame.length(2)));
            case Route.Script script -> scripts.run(session, spec, frame, script.use());
            case Route.AllKeys all -> fanOuts.aboutAllKeys(session, spec, frame, all.about());
            case Route.Scan scan -> fanOuts.scan(session, spec, frame, scan.bySlot());
            case Route.ClusterInfo info -> fanOuts.info(session, spec, frame, info.ours());
            case Route.Select select -> {
                observer.taken(spec);
                return selecting.run(session, frame, select.databases());
            }
            case Route.LogIn login -> logIns.run(session, spec, frame, login.command());
            case Route.OverClients() -> aboutClients.run(session, spec, frame);
            case Route.AnyNode() -> send(session, spec, frame, Pending.NO_SLOT);
            case Route.Channel() -> send(session, spec, frame,
                    SlotHash.slot(frame.buffer(), frame.offset(1), frame.length(1)));
            case Route.Subscribe subscribe -> {
                if (!session.intake().alone()) {
                    return false;
                }
                room.subscriptions().run(session, spec, frame, subscribe);
                answeredAtOnce(session, spec);
            }
            case Route.Monitor() -> {
                if (!session.intake().alone()) {
                    return false;
                }
                room.subscriptions().monitor(session, spec);
            }
            case Route.Tracking() -> {
                if (!session.intake().alone()) {
                    return false;
                }
                tracking.run(session, spec, frame);
                answeredAtOnce(session, spec);
            }
            case Route.Subscribers all -> fanOuts.subscribers(session, spec, frame, all.audience(),
                    channels.desk().census());
            case Route.Local local -> {
                own.answer(session, spec, frame, local.command());
                session.afterLocalCommand();
            }
            case Route.Rejected rejected -> {
                if (!rejected.refusal().appliesTo(frame)) {
                    return byRoute(session, spec, frame, rejected.otherwise());
                }
                own.answer(session, spec, frame, rejected.refusal());
            }
        }
        return true;
    }

    /** Counts a command that had to be alone, if nothing is under way of it. */
    private void answeredAtOnce(Session session, CommandSpec spec) {
        if (session.answers().isEmpty()) {
            observer.own(spec, false);
        }
    }

    void toSlot(Session session, CommandSpec spec, RequestFrame frame) {
        int slot = keySlots.slot(spec, frame);
        if (slot >= 0) {
            send(session, spec, frame, slot);
            return;
        }
        switch (slot) {
            case KeySlots.CROSS_SLOT -> own.crossSlot(session, spec);
            // Keyless scripts always run at the same place, so that what they do to it adds up.
            case KeySlots.NO_KEY -> send(session, spec, frame, 0);
            default -> send(session, spec, frame, Pending.NO_SLOT);
        }
    }

    private boolean block(Session session, CommandSpec spec, RequestFrame frame, Route.Leased leased) {
        if (!session.intake().alone()) {
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
        whole.since(0);
        TimedCommand command = new TimedCommand(worker.allocator(), frame, leased.timeout());
        if (session.intake().inputHasEnded()) {
            command.hurry();
        }
        if (leased.atAllPrimaries()) {
            ReplicaWait wait = new ReplicaWait(session, room, session.plane(), spec, whole, command);
            session.intake().blocks(wait);
            wait.begin();
        } else {
            Blocking blocking = new Blocking(session, room, session.plane(), spec, at, whole, command);
            session.intake().blocks(blocking);
            blocking.begin();
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
        if (session.reads().replicas() && spec.readOnly() && slot != Pending.NO_SLOT) {
            UpstreamChannel replica = upstreams.replicas().forRead(pending.protocol(), slot,
                    session.reads().nearOnly());
            if (replica != null) {
                replica.send(pending, frame.buffer(), frame.start(), frame.size());
                return;
            }
        }
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
        return spec != null && session.modes().transaction() == TransactionState.IDLE && spec.write()
                && spec.singleKey() != 0
                && spec.singleKey() < begun.argc()
                && !session.modes().restricted() && session.client().authenticated() && routes.of(spec) == Route.SLOT;
    }

    /** Begins to pass on a command that {@link #streams}. */
    Upload beginUpload(Session session, SessionRoom room, RequestFrame begun) {
        CommandSpec spec = Objects.requireNonNull(routes.find(begun));
        int key = spec.singleKey();
        int slot = SlotHash.slot(begun.buffer(), begun.offset(key), begun.length(key));
        worker.counters().requests++;
        Pending whole = pendings.take(session.answers(), spec, session.protocol(), slot);
        session.answers().enqueue(whole);
        // It takes as long as its client takes to send it.
        whole.since(0);
        observer.big(spec, begun, room.scanner().openBulk());
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
            own.wrongArity(session, spec);
            return;
        }
        int slot = Splitter.commonSlot(frame, splitting);
        if (slot >= 0) {
            send(session, spec, frame, slot);
            return;
        }
        fanOuts.split(session, spec, frame, splitting);
    }
}
