package io.slotgate.proxy.session;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.upstream.LeaseUser;
import io.slotgate.proxy.upstream.Pending;
import io.slotgate.proxy.upstream.PendingPool;
import io.slotgate.proxy.upstream.UpstreamChannel;
import java.nio.charset.StandardCharsets;

/** Sends UNWATCH behind what is under way on a lease, and gives it back when that is answered. Confined to its worker. */
final class LeaseReturn implements LeaseUser {
    private static final byte[] UNWATCH = "*1\r\n$7\r\nUNWATCH\r\n".getBytes(StandardCharsets.US_ASCII);

    private final SessionRoom room;
    private final UserPlane plane;
    private final UpstreamChannel lease;

    private LeaseReturn(SessionRoom room, UserPlane plane, UpstreamChannel lease) {
        this.room = room;
        this.plane = plane;
        this.lease = lease;
    }

    static void unwatch(SessionRoom room, UserPlane plane, UpstreamChannel lease) {
        if (!lease.ready()) {
            return;
        }
        ByteBuf out = lease.compose(UNWATCH.length);
        int start = out.writerIndex();
        out.writeBytes(UNWATCH);
        Pending pending = room.pendings().take(new LeaseReturn(room, plane, lease), null, lease.key().protocol(),
                Pending.NO_SLOT);
        lease.sendComposed(pending, start);
    }

    @Override
    public void onReply(Pending pending, ByteBuf buffer, int start, int end) {
        PendingPool.recycle(pending);
        if (buffer.getByte(start) == '+') {
            plane.leases().release(lease);
        } else {
            plane.leases().discard(lease);
        }
    }

    @Override
    public void onLeaseLost(Pending pending, boolean sent) {
        pending.releaseRequest(room.worker());
        PendingPool.recycle(pending);
    }
}
