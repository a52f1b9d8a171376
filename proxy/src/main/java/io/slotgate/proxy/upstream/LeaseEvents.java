package io.slotgate.proxy.upstream;

import io.netty.buffer.ByteBuf;

/** What leased channels tell: to their users first, of the rest what is of interest to all. */
final class LeaseEvents implements UpstreamEvents {
    private final UpstreamEvents others;

    LeaseEvents(UpstreamEvents others) {
        this.others = others;
    }

    @Override
    public boolean onError(UpstreamChannel channel, Pending pending, ByteBuf buffer, int start, int end) {
        return !(pending.requester() instanceof LeaseUser) && others.onError(channel, pending, buffer, start, end);
    }

    @Override
    public void onLost(UpstreamChannel channel, Pending pending, boolean sent) {
        if (pending.requester() instanceof LeaseUser user) {
            user.onLeaseLost(pending, sent);
        } else {
            others.onLost(channel, pending, sent);
        }
    }

    /** A lease may wait as long as it likes. */
    @Override
    public void onSilence(UpstreamChannel channel) {}

    @Override
    public void onReady(UpstreamChannel channel) {}

    @Override
    public void onUnavailable(UpstreamChannel channel, Throwable cause) {
        others.onUnavailable(channel, cause);
    }
}
