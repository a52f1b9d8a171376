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

    PartSender(Worker worker, Upstreams upstreams, Parking parking) {
        this.worker = worker;
        this.upstreams = upstreams;
        this.parking = parking;
    }

    /** Where to write the part, at most {@code most} bytes of it; to be followed by {@link #send}. */
    ByteBuf compose(Pending part, int most) {
        UpstreamChannel target = part.pinned() != null
                ? part.pinned()
                : upstreams.forSlot(part.protocol(), part.slot());
        if (target != null && target.ready() && !parking.waits(part.slot())) {
            channel = target;
            ByteBuf out = target.compose(most);
            start = out.writerIndex();
            return out;
        }
        if (target != null) {
            target.connect();
        }
        channel = null;
        return worker.scratch();
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
