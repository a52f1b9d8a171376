package io.slotgate.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.slotgate.proxy.worker.InboundBuffer;

/** The connection of a {@link Trunk}. */
final class TrunkLink extends NodeLink {
    private final Trunk trunk;

    TrunkLink(Trunk trunk, boolean encrypted, InboundBuffer inbound) {
        super(encrypted, new ReplyReader(inbound, trunk));
        this.trunk = trunk;
    }

    @Override
    void connected(ChannelHandlerContext context) {
        trunk.connected(context);
    }

    @Override
    void lost(Throwable cause) {
        trunk.lost(cause);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (trunk.open()) {
            reader.read((ByteBuf) message);
        } else {
            ((ByteBuf) message).release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        trunk.readComplete();
    }
}
