package io.slotgate.proxy.redirect;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.command.CommandSpec;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.upstream.Batch;
import io.slotgate.proxy.upstream.ChannelKey.Lane;
import io.slotgate.proxy.upstream.KeptCommand;
import io.slotgate.proxy.upstream.Pending;
import io.slotgate.proxy.upstream.UpstreamChannel;
import io.slotgate.proxy.upstream.UpstreamEvents;
import io.slotgate.proxy.upstream.Upstreams;
import io.slotgate.proxy.worker.Worker;
import io.slotgate.topology.model.HostPort;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Decides what becomes of a command that did not run where it was sent:
 *
 * <pre>
 *   MOVED                     the slot's commands go to the new owner from now on, this one again
 *   ASK                       this command alone goes to the importing node, behind ASKING
 *   TRYAGAIN                  its keys one by one where that is right, else later
 *   NOSCRIPT                  the script is loaded, if it is known here, and the command goes again
 *   CLUSTERDOWN, LOADING, …   later
 *   connection lost           not sent, or a read: again; a write that was sent: UNCERTAIN
 * </pre>
 *
 * Commands of one client on one slot keep their order: while an older one waits, a younger one waits behind it. Confined to
 * its worker.
 */
public final class Redirects implements UpstreamEvents {
    private static final int MOST_DETOURS = 64;
    private static final long RETRY_MILLIS = 10;

    private final Worker worker;
    private final Parking parking;
    private final TopologyFeedback topology;
    private final RefusedBatches refusedBatches;
    private final boolean repeatsIdempotent;
    private final KeptCommand kept = new KeptCommand();
    private @Nullable Upstreams upstreams;
    /** A connection that was ready and is being lost, and what becomes of its commands. */
    private @Nullable UpstreamChannel losing;
    private long uncertain;
    private long resent;

    /** @param repeatsIdempotent whether writes are sent again that may have been executed, if they are {@link IdempotentWrites} */
    public Redirects(Worker worker, Parking parking, TopologyFeedback topology, boolean repeatsIdempotent) {
        this.repeatsIdempotent = repeatsIdempotent;
        this.worker = worker;
        this.parking = parking;
        this.topology = topology;
        this.refusedBatches = new RefusedBatches(this, worker);
    }

    /** Says where commands go; once, before the first command. */
    public void serve(Upstreams upstreams) {
        this.upstreams = upstreams;
    }

    @Override
    public boolean onError(UpstreamChannel channel, Pending pending, ByteBuf buffer, int start, int end) {
        if (pending.spec() == null) {
            // Of ASKING, which is nothing without the command behind it.
            return false;
        }
        if (pending.batch() != null) {
            return refusedBatches.onError(channel, pending, pending.batch(), buffer, start, end);
        }
        return act(channel, pending, buffer, start, end);
    }

    /** Does what an error demands; false if it is the answer. */
    boolean act(UpstreamChannel channel, Pending pending, ByteBuf buffer, int start, int end) {
        if (channel.key().lane() == Lane.REPLICA) {
            return fromReplica(channel, pending, buffer, start, end);
        }
        ErrorReply error = ErrorReply.read(buffer, start, end, channel.key().node());
        if (upstreams != null && ScriptErrors.mayBeMadeUp(pending.spec())) {
            error = ScriptErrors.believed(error, pending, upstreams.map(), buffer, start, end);
        }
        return switch (error) {
            case ErrorReply.Answer() -> false;
            case ErrorReply.Moved moved -> follow(channel, pending, moved);
            case ErrorReply.Ask ask -> follow(pending, ask);
            case ErrorReply.TryAgain() -> pending.requester().onPartlyMoved(pending) || later(pending);
            case ErrorReply.NoScript() -> loadScript(channel, pending);
            case ErrorReply.NotNow() -> {
                topology.stale("a node answered " + firstWord(buffer, start, end));
                yield later(pending);
            }
        };
    }

    /** What a replica can't answer, or not now, the primary can. */
    private boolean fromReplica(UpstreamChannel channel, Pending pending, ByteBuf buffer, int start, int end) {
        ErrorReply error = ErrorReply.read(buffer, start, end, channel.key().node());
        if (error instanceof ErrorReply.Answer || !pending.request().kept() || upstreams == null) {
            return false;
        }
        worker.counters().readsRefused++;
        upstreams.replicas().distrust(channel);
        UpstreamChannel primary = upstreams.forSlot(pending.protocol(), pending.slot());
        pending.aimHome();
        if (primary == null) {
            return later(pending);
        }
        resend(pending, primary);
        return true;
    }

    private boolean follow(UpstreamChannel channel, Pending pending, ErrorReply.Moved moved) {
        if (!pending.request().kept() || upstreams == null) {
            return false;
        }
        learn(channel, moved, upstreams);
        // To where the slot's commands go by now, even if this node told otherwise: there they stay one behind the other.
        UpstreamChannel owner = pending.slot() == moved.slot()
                ? upstreams.forSlot(pending.protocol(), moved.slot())
                : null;
        if (owner != null) {
            pending.aimHome();
            resend(pending, owner);
        } else {
            sendTo(moved.owner(), pending, false, upstreams);
        }
        return true;
    }

    private void learn(UpstreamChannel channel, ErrorReply.Moved moved, Upstreams upstreams) {
        worker.counters().moved++;
        UpstreamChannel known = upstreams.forSlot(2, moved.slot());
        if (known == null || known.key().node().equals(channel.key().node())) {
            upstreams.moved(moved.slot(), moved.owner());
            topology.moved(moved.slot(), moved.owner(), channel.key().node());
        }
    }

    /**
     * Reads an error of a node and remembers what it tells of the cluster, for one that sees to its command itself.
     *
     * @param channel where the error came from
     */
    public ErrorReply learn(UpstreamChannel channel, ByteBuf buffer, int start, int end) {
        ErrorReply error = ErrorReply.read(buffer, start, end, channel.key().node());
        switch (error) {
            case ErrorReply.Moved moved -> {
                if (upstreams != null) {
                    learn(channel, moved, upstreams);
                }
            }
            case ErrorReply.Ask ask -> worker.counters().ask++;
            case ErrorReply.NotNow() -> topology.stale("a node answered " + firstWord(buffer, start, end));
            case ErrorReply.TryAgain() -> {
            }
            case ErrorReply.NoScript() -> {
            }
            case ErrorReply.Answer() -> {
            }
        }
        return error;
    }

    private boolean follow(Pending pending, ErrorReply.Ask ask) {
        if (!pending.request().kept() || upstreams == null) {
            return false;
        }
        worker.counters().ask++;
        sendTo(ask.importer(), pending, true, upstreams);
        return true;
    }

    /** Only once at each node: it may be the script's own answer, or the node may not let us load anything. */
    private boolean loadScript(UpstreamChannel channel, Pending pending) {
        if (pending.script() == null || !pending.request().kept() || upstreams == null || !channel.ready()
                || !pending.scriptUnknownAt(channel)) {
            return false;
        }
        channel.missed(pending);
        channel.load(pending.script());
        UpstreamChannel owner = pending.slot() == Pending.NO_SLOT
                ? channel
                : upstreams.forSlot(pending.protocol(), pending.slot());
        pending.aimHome();
        resend(pending, owner == null ? channel : owner);
        return true;
    }

    private void sendTo(HostPort node, Pending pending, boolean asking, Upstreams upstreams) {
        UpstreamChannel channel = upstreams.to(node, pending.protocol());
        pending.aim(channel, asking);
        resend(pending, channel);
    }

    private void resend(Pending pending, UpstreamChannel channel) {
        pending.requester().onDetour(pending);
        channel.connect();
        if (pending.countDetour() > MOST_DETOURS) {
            // Nodes that send it round in circles will agree again; until then it must not keep them busy.
            parking.park(pending, RETRY_MILLIS);
        } else if (channel.ready() && !parking.waits(pending.slot())) {
            channel.sendAgain(pending);
        } else {
            if (parking.waits(pending.slot())) {
                // The way of those it waits behind, whichever that will be.
                pending.aimHome();
            }
            parking.park(pending, 0);
        }
    }

    private boolean later(Pending pending) {
        if (!pending.request().kept()) {
            return false;
        }
        pending.aimHome();
        parking.park(pending, RETRY_MILLIS);
        return true;
    }

    private static String firstWord(ByteBuf buffer, int start, int end) {
        int space = buffer.indexOf(start + 1, end, (byte) ' ');
        int to = space < 0 ? end - 2 : space;
        return buffer.toString(start + 1, to - start - 1, StandardCharsets.US_ASCII);
    }

    @Override
    public void onConnectionLost(UpstreamChannel channel) {
        losing = channel;
        uncertain = 0;
        resent = 0;
    }

    @Override
    public void onLost(UpstreamChannel channel, Pending pending, boolean sent) {
        if (pending.abandoned()) {
            pending.answer(worker, worker.scratch());
            return;
        }
        Batch batch = pending.batch();
        if (batch != null && batch.guarded() && (!sent || batch.repeatable())) {
            refusedBatches.conflict(pending);
            return;
        }
        if (pending.request().kept() && (!sent || pending.repeatable() || isIdempotent(pending))) {
            worker.counters().replayed++;
            resent++;
            pending.aimHome();
            parking.park(pending, 0);
            return;
        }
        worker.counters().uncertain++;
        uncertain++;
        ByteBuf error = worker.scratch();
        ReplyWriter.error(error, "UNCERTAIN the connection to " + channel.key().node()
                + " was lost before it answered: the command may have been executed, it was not repeated");
        pending.answer(worker, error);
    }

    private boolean isIdempotent(Pending pending) {
        CommandSpec spec = pending.spec();
        boolean is = repeatsIdempotent && spec != null && pending.batch() == null
                && IdempotentWrites.contains(spec, kept.read(pending));
        if (is) {
            worker.counters().replayedWrites++;
        }
        return is;
    }

    @Override
    public void onReady(UpstreamChannel channel) {
        parking.retry();
    }

    @Override
    public void onSilence(UpstreamChannel channel) {
        topology.silent(channel.key().node());
    }

    @Override
    public void onUnavailable(UpstreamChannel channel, Throwable cause) {
        if (losing == channel) {
            losing = null;
            topology.lost(channel.key().node(), uncertain, resent);
        }
        topology.unreachable(channel.key().node());
    }
}
