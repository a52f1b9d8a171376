package io.slotgate.proxy.upstream;

import io.netty.buffer.ByteBuf;

/**
 * Takes replies nobody waits for: of clients that left, and of ASKING. A command of it is not sent again if its connection is
 * lost.
 */
public final class Discarder implements Requester {
    public static final Discarder INSTANCE = new Discarder();

    private Discarder() {}

    @Override
    public void onReply(Pending pending, ByteBuf buffer, int start, int end) {
        PendingPool.recycle(pending);
    }

    @Override
    public LargeReply onLargeReply(Pending pending, UpstreamChannel from, long size) {
        return LargeReply.IN_PARTS;
    }

    @Override
    public void onReplyPart(Pending pending, ByteBuf buffer, int start, int end, boolean last) {
        if (last) {
            PendingPool.recycle(pending);
        }
    }

    @Override
    public void onReplyCut(Pending pending) {
        PendingPool.recycle(pending);
    }
}
