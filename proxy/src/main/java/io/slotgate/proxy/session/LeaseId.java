package io.slotgate.proxy.session;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.upstream.LeaseUser;
import io.slotgate.proxy.upstream.Leases;
import io.slotgate.proxy.upstream.Pending;
import io.slotgate.proxy.upstream.PendingPool;
import io.slotgate.proxy.upstream.UpstreamChannel;
import java.nio.charset.StandardCharsets;

/** Asks a node what it calls a lease, in front of what blocks it: afterwards nobody could ask. Confined to its worker. */
final class LeaseId implements LeaseUser {
    private static final byte[] CLIENT_ID = "*2\r\n$6\r\nCLIENT\r\n$2\r\nID\r\n".getBytes(StandardCharsets.US_ASCII);

    private final UserPlane plane;
    private final UpstreamChannel lease;

    private LeaseId(UserPlane plane, UpstreamChannel lease) {
        this.plane = plane;
        this.lease = lease;
    }

    static void ask(SessionRoom room, UserPlane plane, UpstreamChannel lease) {
        plane.leases().id(lease, Leases.AWAITED);
        lease.sendPart(room.worker().allocator().directBuffer(CLIENT_ID.length).writeBytes(CLIENT_ID));
        lease.expectReply(room.pendings().take(new LeaseId(plane, lease), null, lease.key().protocol(),
                Pending.NO_SLOT));
    }

    @Override
    public void onReply(Pending pending, ByteBuf buffer, int start, int end) {
        PendingPool.recycle(pending);
        String reply = buffer.toString(start, end - 2 - start, StandardCharsets.US_ASCII);
        plane.leases().id(lease, reply.matches(":[1-9]\\d{0,17}") ? Long.parseLong(reply.substring(1)) : Leases.UNTOLD);
    }

    @Override
    public void onLeaseLost(Pending pending, boolean sent) {
        PendingPool.recycle(pending);
    }
}
