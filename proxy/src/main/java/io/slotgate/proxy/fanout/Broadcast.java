package io.slotgate.proxy.fanout;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.resp.RequestFrame;
import io.slotgate.proxy.route.Route.Keyspace;
import io.slotgate.proxy.route.Route.Merging;
import io.slotgate.proxy.upstream.KeptBytes;
import io.slotgate.proxy.upstream.Pending;
import io.slotgate.proxy.upstream.PendingPool;
import io.slotgate.proxy.upstream.Script;
import io.slotgate.proxy.upstream.UpstreamChannel;
import io.slotgate.proxy.upstream.Upstreams;
import io.slotgate.proxy.worker.Worker;
import io.slotgate.topology.model.HostPort;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongBiFunction;

/** Sends one command to every primary, or to one after the other by a cursor. Belongs to one worker. */
public final class Broadcast {
    private final Worker worker;
    private final FanOuts fanOuts;
    private final PartSender sender;
    private final PendingPool pendings;
    private final Upstreams upstreams;
    private final OwnFigures own;

    Broadcast(Worker worker, FanOuts fanOuts, PartSender sender, PendingPool pendings, Upstreams upstreams,
            OwnFigures own) {
        this.worker = worker;
        this.fanOuts = fanOuts;
        this.sender = sender;
        this.pendings = pendings;
        this.upstreams = upstreams;
        this.own = own;
    }

    /** Sends the command, as it is, to all primaries; false if none is known. */
    public boolean toAllPrimaries(Pending whole, RequestFrame frame, Merging merging) {
        boolean aside = merging == Merging.KILLED || merging == Merging.RUNNING;
        return toAllPrimaries(whole, frame, merge(merging, frame), aside);
    }

    /**
     * As above, where the replies are names and figures in turn.
     *
     * @param figure makes the figure to answer of a name, a char for each byte, and the sum of what the primaries say
     */
    public boolean figures(Pending whole, RequestFrame frame, ToLongBiFunction<String, Long> figure) {
        return toAllPrimaries(whole, frame, Merge.figures(figure), false);
    }

    /**
     * Sends a command about all keys to all primaries, and again, because keys are on their way from one to another. Whatever its
     * client sends next has to wait for the reply: the next round would see it. False if no primary is known.
     */
    public boolean again(Pending whole, RequestFrame frame, Keyspace about) {
        if (upstreams.primaries().isEmpty()) {
            return false;
        }
        whole.stashRequest(worker, frame.buffer(), frame.start(), frame.size());
        Recount recount = switch (about) {
            case NAMES -> new Recount.Names(worker.allocator().directBuffer());
            case COUNT -> new Recount.Count();
            case ANY_KEY -> new Recount.AnyKey();
            case FLUSH -> new Recount.Flush();
        };
        new RepeatedBroadcast(this, worker, pendings, whole, recount).next();
        return true;
    }

    /** Counts bytes that wait for the next round in or, if negative, out. */
    void gathered(long change) {
        fanOuts.gathered(change);
    }

    /** One round of {@link #again}; false if no primary is known. */
    boolean round(Pending round, KeptBytes command, Merge merge) {
        return toAllPrimaries(round, command.buffer(), command.offset(), command.length(), merge, false);
    }

    private boolean toAllPrimaries(Pending whole, RequestFrame frame, Merge merge, boolean aside) {
        return toAllPrimaries(whole, frame.buffer(), frame.start(), frame.size(), merge, aside);
    }

    private boolean toAllPrimaries(Pending whole, ByteBuf source, int offset, int length, Merge merge, boolean aside) {
        List<HostPort> primaries = upstreams.primaries();
        if (primaries.isEmpty()) {
            return false;
        }
        FanOut fanOut = fanOuts.take(whole, merge);
        for (HostPort primary : primaries) {
            UpstreamChannel channel = aside
                    ? upstreams.aside(primary, whole.protocol())
                    : upstreams.to(primary, whole.protocol());
            Pending part = part(fanOut, whole, channel);
            ByteBuf out = sender.compose(part, length);
            out.writeBytes(source, offset, length);
            sender.send(part, out);
        }
        fanOut.added();
        return true;
    }

    /**
     * Sends INFO to all primaries; false if none is known.
     *
     * @param ours what INFO is to say in place of the nodes, by field
     */
    public boolean info(Pending whole, RequestFrame frame, Map<String, String> ours) {
        return toAllPrimaries(whole, frame, new InfoMerge(ours, whole.protocol()), false);
    }

    /** Tells all primaries that can be reached a script, in front of what asks for it. */
    public void load(Script script, int protocol) {
        for (HostPort primary : upstreams.primaries()) {
            UpstreamChannel channel = upstreams.to(primary, protocol);
            if (channel.ready()) {
                channel.load(script);
            }
        }
    }

    /** Sends SCAN to the primary that a cursor names; false if none is known. */
    boolean scan(Pending whole, ScanCommand command, NodeCursor cursor) {
        List<HostPort> primaries = upstreams.primaries();
        if (primaries.isEmpty()) {
            return false;
        }
        int index = Math.min(cursor.primary(), primaries.size() - 1);
        FanOut fanOut = fanOuts.take(whole, new ScanMerge(index, primaries.size()));
        Pending part = part(fanOut, whole, upstreams.to(primaries.get(index), whole.protocol()));
        ByteBuf out = sender.compose(part, command.options().readableBytes() + 64);
        out.writeByte('*');
        ReplyWriter.decimal(out, command.argc());
        out.writeBytes(new byte[]{'\r', '\n', '$', '4', '\r', '\n', 'S', 'C', 'A', 'N', '\r', '\n'});
        ReplyWriter.bulk(out, Long.toUnsignedString(cursor.ofNode()));
        out.writeBytes(command.options(), 0, command.options().writerIndex());
        sender.send(part, out);
        fanOut.added();
        return true;
    }

    private Pending part(FanOut fanOut, Pending whole, UpstreamChannel channel) {
        Pending part = pendings.take(fanOut, whole.spec(), whole.protocol(), Pending.NO_SLOT);
        part.meantFor(channel);
        fanOut.add(part);
        return part;
    }

    private Merge merge(Merging merging, RequestFrame frame) {
        return switch (merging) {
            case SUM -> Merge.SUM;
            case FIRST -> NodeMerge.DONE;
            case KILLED -> NodeMerge.KILLED;
            case RUNNING -> NodeMerge.RUNNING;
            case CONCATENATE -> Merge.CONCATENATE;
            case UNION -> Merge.UNION;
            case ALL_TRUE -> Merge.ALL_TRUE;
            case ANY_VALUE -> Merge.ANY_VALUE;
            case HISTOGRAMS -> new HistogramMerge();
            case TEXTS -> new NodeTexts();
            case SLOW_LOG, SLOW_LOG_LENGTH, SLOW_LOG_RESET, LATENCY_HISTORY, LATEST_EVENTS, LATENCY_RESET ->
                own.merge(merging, frame);
        };
    }
}
