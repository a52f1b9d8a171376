package io.slotgate.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.slotgate.proxy.worker.InboundBuffer;
import java.io.IOException;
import java.net.ConnectException;

/** The connection of a {@link Trunk}, as the last handler of its pipeline. */
final class TrunkLink extends ChannelInboundHandlerAdapter {
    private final Trunk trunk;
    private final boolean encrypted;
    private final ReplyReader reader;

    TrunkLink(Trunk trunk, boolean encrypted, InboundBuffer inbound) {
        this.trunk = trunk;
        this.encrypted = encrypted;
        this.reader = new ReplyReader(inbound, trunk);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (!encrypted) {
            begin(context);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (handshake.isSuccess()) {
                begin(context);
            } else {
                trunk.lost(handshake.cause());
            }
        }
    }

    private void begin(ChannelHandlerContext context) {
        if (Link.meetsItself(context.channel())) {
            trunk.lost(new ConnectException("nobody listens there"));
            context.close();
        } else {
            trunk.connected(context);
        }
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

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        trunk.lost(cause);
        context.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        trunk.lost(new IOException("the node closed the connection"));
        reader.close();
    }
}
