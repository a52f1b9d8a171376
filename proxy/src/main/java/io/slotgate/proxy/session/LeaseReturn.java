package io.slotgate.proxy.session;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.upstream.LargeReply;
import io.slotgate.proxy.upstream.LeaseUser;
import io.slotgate.proxy.upstream.Pending;
import io.slotgate.proxy.upstream.PendingPool;
import io.slotgate.proxy.upstream.UpstreamChannel;
import java.nio.charset.StandardCharsets;

/** Sends UNWATCH behind what is under way on a lease, and gives it back when that is answered. Confined to its worker. */
final class LeaseReturn implements LeaseUser {
    private static final byte[] UNWATCH = "*1\r\n$7\r\nUNWATCH\r\n".getBytes(StandardCharsets.US_ASCII);

    private final SessionRoom room;
    private final UpstreamChannel lease;

    private LeaseReturn(SessionRoom room, UpstreamChannel lease) {
        this.room = room;
        this.lease = lease;
    }

    static void unwatch(SessionRoom room, UpstreamChannel lease) {
        if (!lease.ready()) {
            return;
        }
        ByteBuf out = lease.compose(UNWATCH.length);
        int start = out.writerIndex();
        out.writeBytes(UNWATCH);
        Pending pending = room.pendings().take(new LeaseReturn(room, lease), null, lease.key().protocol(),
                Pending.NO_SLOT);
        lease.sendComposed(pending, start);
    }

    @Override
    public void onReply(Pending pending, ByteBuf buffer, int start, int end) {
        PendingPool.recycle(pending);
        if (buffer.getByte(start) == '+') {
            room.leases().release(lease);
        } else {
            room.leases().discard(lease);
        }
    }

    @Override
    public void onLeaseLost(Pending pending, boolean sent) {
        pending.releaseRequest(room.worker());
        PendingPool.recycle(pending);
    }

    @Override
    public LargeReply onLargeReply(Pending pending, UpstreamChannel from, long size) {
        return LargeReply.GATHER;
    }

    @Override
    public void askElsewhere(Pending pending) {
        throw new IllegalStateException("never asked for");
    }

    @Override
    public void onReplyPart(Pending pending, ByteBuf buffer, int start, int end, boolean last) {
        throw new IllegalStateException("no reply was taken in parts");
    }

    @Override
    public void onReplyCut(Pending pending) {
        throw new IllegalStateException("no reply was taken in parts");
    }

    @Override
    public void onDetour(Pending pending) {}

    @Override
    public boolean onPartlyMoved(Pending pending) {
        return false;
    }
}
