package io.slotgate.proxy.session;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.command.CommandSpec;
import io.slotgate.proxy.facade.OwnInfo;
import io.slotgate.proxy.fanout.FanOutRoom;
import io.slotgate.proxy.fanout.SlotScans;
import io.slotgate.proxy.pubsub.Census;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.resp.RequestFrame;
import io.slotgate.proxy.route.Route.Audience;
import io.slotgate.proxy.route.Route.Keyspace;
import io.slotgate.proxy.route.Route.Merging;
import io.slotgate.proxy.route.Route.Splitting;
import io.slotgate.proxy.upstream.Pending;
import io.slotgate.proxy.upstream.PendingPool;
import io.slotgate.proxy.upstream.Script;
import io.slotgate.proxy.upstream.Upstreams;
import io.slotgate.proxy.worker.Worker;

/** Commands of sessions that concern several nodes: each goes out in parts, and one reply is made of theirs. Belongs to one worker. */
final class FanOutCommands {
    private final SessionRoom room;
    private final Worker worker;
    private final Upstreams upstreams;
    private final PendingPool pendings;
    private final FanOutRoom fanOut;
    private final OwnAnswers own;

    FanOutCommands(SessionRoom room, UserChannels channels, OwnAnswers own) {
        this.room = room;
        this.worker = room.worker();
        this.upstreams = channels.upstreams();
        this.pendings = upstreams.pendings();
        this.fanOut = new FanOutRoom(worker, upstreams, channels.parking(),
                () -> room.limits().configured().outputBytes(),
                () -> room.limits().configured().outputBytesPerWorker());
        this.own = own;
    }

    void toAllPrimaries(Session session, CommandSpec spec, RequestFrame frame, Merging merging) {
        Pending whole = whole(session, spec);
        noNodeUnless(fanOut.broadcast().toAllPrimaries(whole, frame, merging), whole);
    }

    /** Once, or in rounds while slots move; then what comes next waits, or a later round would see it. */
    void aboutAllKeys(Session session, CommandSpec spec, RequestFrame frame, Keyspace about) {
        if (!upstreams.slotsMove()) {
            toAllPrimaries(session, spec, frame, about.merging());
            return;
        }
        Pending whole = whole(session, spec);
        session.intake().drainFirst();
        noNodeUnless(fanOut.broadcast().again(whole, frame, about), whole);
    }

    /** INFO, made one with what is ours. */
    void info(Session session, CommandSpec spec, RequestFrame frame, OwnInfo ours) {
        Pending whole = whole(session, spec);
        noNodeUnless(fanOut.broadcast().info(whole, frame,
                ours.fields(session.client(), room.connectedClients())), whole);
    }

    /** PUBSUB NUMSUB and its like: the nodes' figures with our clients in place of our subscription. */
    void subscribers(Session session, CommandSpec spec, RequestFrame frame, Audience audience, Census census) {
        Pending whole = whole(session, spec);
        noNodeUnless(fanOut.broadcast().figures(whole, frame,
                (name, sum) -> census.subscribers(audience, name, sum)), whole);
    }

    void scan(Session session, CommandSpec spec, RequestFrame frame, boolean bySlot) {
        if (!SlotScans.hasCursor(frame)) {
            own.refuse(session, "ERR invalid cursor");
            return;
        }
        Pending whole = whole(session, spec);
        noNodeUnless(fanOut.slotScans().scan(whole, frame, bySlot), whole);
    }

    /** Cuts up a command whose keys lie on several slots. */
    void split(Session session, CommandSpec spec, RequestFrame frame, Splitting splitting) {
        fanOut.splitter().split(whole(session, spec), frame, splitting, session.reads().replicas(),
                session.reads().nearOnly());
    }

    /** Sends a command whose keys are partly on another node again, key by key; false if that is not to be done. */
    boolean splitByKey(Pending pending) {
        return fanOut.splitter().splitByKey(pending);
    }

    /** Tells all primaries that can be reached a script, in front of what asks for it. */
    void load(Script script, int protocol) {
        fanOut.broadcast().load(script, protocol);
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
}
