package io.slotgate.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.slotgate.proxy.observe.LoopClock;

/** One attempt to connect a channel and what became of it. What comes of one that was given up goes nowhere. */
final class Link extends NodeLink {
    private final Connection owner;
    private final LoopClock clock;

    /** @param clock of the worker: what comes in one read comes at one time */
    Link(Connection owner, boolean encrypted, ReplyReader reader, LoopClock clock) {
        super(encrypted, reader);
        this.owner = owner;
        this.clock = clock;
    }

    /** Whether a reply is on its way of which parts were already handed over. */
    boolean inParts() {
        return reader.inParts();
    }

    @Override
    void connected(ChannelHandlerContext context) {
        if (owner.uses(this)) {
            owner.connected(context);
        } else {
            context.close();
        }
    }

    @Override
    void lost(Throwable cause) {
        owner.lost(this, cause);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (owner.uses(this)) {
            clock.begin();
            reader.read((ByteBuf) message);
            clock.end();
        } else {
            ((ByteBuf) message).release();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (owner.uses(this) && context.channel().isWritable()) {
            owner.caughtUp();
        }
    }
}
