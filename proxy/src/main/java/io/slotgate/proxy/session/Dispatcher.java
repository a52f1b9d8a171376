package io.slotgate.proxy.session;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.command.CommandSpec;
import io.slotgate.proxy.command.CommandTable;
import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.facade.LocalCommand;
import io.slotgate.proxy.facade.Refusals;
import io.slotgate.proxy.fanout.FanOutRoom;
import io.slotgate.proxy.fanout.ScanCursor;
import io.slotgate.proxy.fanout.Splitter;
import io.slotgate.proxy.redirect.Parking;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.resp.RequestFrame;
import io.slotgate.proxy.route.KeySlots;
import io.slotgate.proxy.route.Route;
import io.slotgate.proxy.route.RouteTable;
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
    private final CommandSpec existsSpec;
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
        this.existsSpec = Objects.requireNonNull(CommandTable.builtIn().byName("exists"));
    }

    void routes(RouteTable routes) {
        this.routes = routes;
    }

    /**
     * Sends one whole command, or answers it.
     *
     * @return false if the command has to be alone and waits, unsent, until all before it are answered
     */
    boolean dispatch(Session session, RequestFrame frame) {
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
        } else if (room.largeKeys().any() && room.largeKeys().expects(spec, frame)) {
            if (!session.alone()) {
                return false;
            }
            download(session, spec, frame);
        } else {
            session.client().lastCommand(spec.name());
            Route route = routes.of(spec);
            if (route == Route.SLOT) {
                toSlot(session, spec, frame);
            } else {
                byRoute(session, spec, frame, route);
            }
        }
        worker.counters().requests++;
        session.client().countCommand();
        return true;
    }

    private void download(Session session, CommandSpec spec, RequestFrame frame) {
        int slot = keySlots.slot(spec, frame);
        Pending pending = pendings.take(session.answers(), spec, session.protocol(), slot);
        session.answers().enqueue(pending);
        pending.stashRequest(worker, frame.buffer(), frame.start(), frame.size());
        session.answers().download(pending);
    }

    /** Lets a command whose bytes are kept wait until the owner of its slot can be reached. */
    void park(Pending pending) {
        parking.park(pending, 0);
    }

    private void byRoute(Session session, CommandSpec spec, RequestFrame frame, Route route) {
        switch (route) {
            case Route.Slot() -> toSlot(session, spec, frame);
            case Route.Split split -> split(session, spec, frame, split.splitting());
            case Route.AllPrimaries all -> {
                Pending whole = whole(session, spec);
                noNodeUnless(fanOut.broadcast().toAllPrimaries(whole, frame, all.merging()), whole);
            }
            case Route.NamedSlot() -> toNamedSlot(session, spec, frame);
            case Route.Scan() -> scan(session, spec, frame);
            case Route.Info info -> {
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
            case Route.Local local -> {
                answer(session, frame, local.command());
                session.afterLocalCommand();
            }
            case Route.Rejected rejected -> {
                if (rejected.refusal().appliesTo(frame)) {
                    answer(session, frame, rejected.refusal());
                } else {
                    byRoute(session, spec, frame, rejected.otherwise());
                }
            }
        }
    }

    private void toSlot(Session session, CommandSpec spec, RequestFrame frame) {
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
        return spec != null && spec.write() && spec.singleKey() != 0 && spec.singleKey() < begun.argc()
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

    private void scan(Session session, CommandSpec spec, RequestFrame frame) {
        @Nullable
        ScanCursor cursor = ScanCursor.read(frame, 1);
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
