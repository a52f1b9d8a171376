package io.slotgate.proxy.fanout;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.slotgate.proxy.redirect.Parking;
import io.slotgate.proxy.resp.RequestFrame;
import io.slotgate.proxy.upstream.Pending;
import io.slotgate.proxy.upstream.UpstreamChannel;
import io.slotgate.proxy.upstream.Upstreams;
import io.slotgate.proxy.worker.Worker;

/** SCAN over nodes that have a hash table for each slot (Valkey 8, Redis 7.4). Belongs to one worker. */
public final class SlotScans {
    private static final int USUAL_COUNT = 10;

    private final Worker worker;
    private final Upstreams upstreams;
    private final Parking parking;
    private final FanOuts fanOuts;

    SlotScans(Worker worker, Upstreams upstreams, Parking parking, FanOuts fanOuts) {
        this.worker = worker;
        this.upstreams = upstreams;
        this.parking = parking;
        this.fanOuts = fanOuts;
    }

    /** Whether argument 1 of SCAN is a cursor. */
    public static boolean hasCursor(RequestFrame frame) {
        return SlotCursor.read(frame, 1) != null;
    }

    /** Goes on from the cursor that the command has; {@code whole}'s requester gets the reply. False if no primary is known. */
    public boolean scan(Pending whole, RequestFrame frame) {
        SlotCursor cursor = SlotCursor.read(frame, 1);
        if (cursor == null) {
            throw new IllegalArgumentException("no cursor");
        }
        if (upstreams.primaries().isEmpty()) {
            return false;
        }
        int rest = frame.offset(1) + frame.length(1) + 2;
        byte[] options = ByteBufUtil.getBytes(frame.buffer(), rest, frame.end() - rest);
        new SlotScan(this, whole, cursor, options, frame.argc(), count(frame)).next();
        return true;
    }

    /** What COUNT says; if that is nonsense, a node will say so. */
    private static int count(RequestFrame frame) {
        for (int arg = 2; arg + 1 < frame.argc(); arg += 2) {
            if (frame.is(arg, "count")) {
                long count = 0;
                for (int i = 0; i < Math.min(9, frame.length(arg + 1)); i++) {
                    count = count * 10 + (frame.buffer().getByte(frame.offset(arg + 1) + i) & 0xF);
                }
                return Math.clamp(count, 1, Integer.MAX_VALUE);
            }
        }
        return USUAL_COUNT;
    }

    /** Sends a part to this node and no other, whatever becomes of it. */
    void send(SlotScan scan, UpstreamChannel channel, int part, ByteBuf command) {
        Pending pending = upstreams.pendings().take(scan, null, channel.key().protocol(), Pending.NO_SLOT);
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
