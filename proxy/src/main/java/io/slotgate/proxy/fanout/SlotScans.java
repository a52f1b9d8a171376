package io.slotgate.proxy.fanout;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.redirect.Parking;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.resp.RequestFrame;
import io.slotgate.proxy.upstream.Pending;
import io.slotgate.proxy.upstream.UpstreamChannel;
import io.slotgate.proxy.upstream.Upstreams;
import io.slotgate.proxy.worker.Worker;

/** SCAN, slot by slot or, where nodes do not let that be, node by node. Belongs to one worker. */
public final class SlotScans {
    private final Worker worker;
    private final Upstreams upstreams;
    private final Parking parking;
    private final FanOuts fanOuts;
    private final Broadcast broadcast;
    private final PartSender sender;

    SlotScans(Worker worker, Upstreams upstreams, Parking parking, FanOuts fanOuts, Broadcast broadcast,
            PartSender sender) {
        this.worker = worker;
        this.upstreams = upstreams;
        this.parking = parking;
        this.fanOuts = fanOuts;
        this.broadcast = broadcast;
        this.sender = sender;
    }

    /** Whether argument 1 of SCAN is a cursor. */
    public static boolean hasCursor(RequestFrame frame) {
        return ScanCommand.hasCursor(frame);
    }

    /**
     * Goes on from the cursor that the command has; {@code whole}'s requester gets the reply. False if no primary is known.
     *
     * @param tables whether the nodes have a hash table for each slot
     */
    public boolean scan(Pending whole, RequestFrame frame, boolean tables) {
        if (upstreams.primaries().isEmpty()) {
            return false;
        }
        ScanCommand command = ScanCommand.of(frame);
        NodeCursor ofNodes = NodeCursor.decoded(command.cursor());
        SlotReads reads = tables ? new TableReads(command.options(), command.argc()) : ListReads.of(frame);
        if (ofNodes != null || reads == null) {
            return broadcast.scan(whole, command, ofNodes == null ? NodeCursor.FIRST : ofNodes);
        }
        SlotCursor cursor = SlotCursor.decoded(command.cursor());
        new SlotScan(this, whole, tables ? cursor : cursor.outside(), command, reads).next();
        return true;
    }

    /** Goes over the nodes instead, from the first one on. */
    void byNode(Pending whole, ScanCommand command) {
        if (!broadcast.scan(whole, command, NodeCursor.FIRST)) {
            ByteBuf error = worker.scratch();
            ReplyWriter.error(error, "CLUSTERDOWN no primary is known");
            whole.answer(worker, error);
        }
    }

    PartSender sender() {
        return sender;
    }

    /** Sends a part to this node and no other, whatever becomes of it. */
    void send(SlotRound round, UpstreamChannel channel, int part, ByteBuf command) {
        Pending pending = upstreams.pendings().take(round, null, channel.key().protocol(), Pending.NO_SLOT);
        pending.meantFor(channel);
        pending.part(part);
        channel.send(pending, command, 0, command.writerIndex());
    }

    Worker worker() {
        return worker;
    }

    Upstreams upstreams() {
        return upstreams;
    }

    boolean isPatient(long since, long now) {
        return parking.isPatient(since, now);
    }

    /** Most bytes that a node's page may have. */
    long largestReply() {
        return fanOuts.largestMerge();
    }

    /** Whether a reply of so many bytes is more than may be kept. */
    boolean isTooLarge(long bytes) {
        return bytes > fanOuts.largestMerge() || !fanOuts.hasRoomFor(bytes);
    }

    /** Counts bytes of replies in or, if negative, out. */
    void gathered(long change) {
        fanOuts.gathered(change);
    }
}
