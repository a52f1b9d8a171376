package io.slotgate.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.worker.Worker;

/** Of channels whose commands concern nobody. */
record Unconcerned(Worker worker) implements UpstreamEvents {
    @Override
    public boolean onError(UpstreamChannel channel, Pending pending, ByteBuf buffer, int start, int end) {
        return false;
    }

    @Override
    public void onLost(UpstreamChannel channel, Pending pending, boolean sent) {
        pending.releaseRequest(worker);
        PendingPool.recycle(pending);
    }

    @Override
    public void onReady(UpstreamChannel channel) {}

    @Override
    public void onSilence(UpstreamChannel channel) {}

    @Override
    public void onUnavailable(UpstreamChannel channel, Throwable cause) {}
}
