package io.slotgate.proxy.fanout;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.redirect.Parking;
import io.slotgate.proxy.upstream.Pending;
import io.slotgate.proxy.upstream.UpstreamChannel;
import io.slotgate.proxy.upstream.Upstreams;
import io.slotgate.proxy.worker.Worker;
import org.jspecify.annotations.Nullable;

/** Sends the parts of a command: composed in place behind what goes to their node anyway, or parked if that can't be now. */
final class PartSender {
    private final Worker worker;
    private final Upstreams upstreams;
    private final Parking parking;
    private @Nullable UpstreamChannel channel;
    private int start;
    private boolean fromReplicas;
    private boolean nearOnly;

    PartSender(Worker worker, Upstreams upstreams, Parking parking) {
        this.worker = worker;
        this.upstreams = upstreams;
        this.parking = parking;
    }

    /** Where to write the part, at most {@code most} bytes of it; to be followed by {@link #send}. */
    ByteBuf compose(Pending part, int most) {
        UpstreamChannel replica = fromReplicas
                ? upstreams.replicas().forRead(part.protocol(), part.slot(), nearOnly)
                : null;
        if (replica != null) {
            return compose(replica, most);
        }
        UpstreamChannel target = part.pinned() != null
                ? part.pinned()
                : upstreams.forSlot(part.protocol(), part.slot());
        if (target != null && target.ready() && !parking.waits(part.slot())) {
            return compose(target, most);
        }
        if (target != null) {
            target.connect();
        }
        channel = null;
        return worker.scratch();
    }

    private ByteBuf compose(UpstreamChannel target, int most) {
        channel = target;
        ByteBuf out = target.compose(most);
        start = out.writerIndex();
        return out;
    }

    /** Whether the parts that follow may go to replicas, and whether only to those in our own zone. */
    void reads(boolean fromReplicas, boolean nearOnly) {
        this.fromReplicas = fromReplicas;
        this.nearOnly = nearOnly;
    }

    /** Sends what was composed. */
    void send(Pending part, ByteBuf composed) {
        if (channel != null) {
            channel.sendComposed(part, start);
        } else {
            part.stashRequest(worker, composed, 0, composed.writerIndex());
            parking.park(part, 0);
        }
    }

    void releaseRequest(Pending pending) {
        pending.releaseRequest(worker);
    }
}
