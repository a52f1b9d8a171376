package io.slotgate.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.slotgate.proxy.worker.InboundBuffer;
import java.io.IOException;
import java.net.ConnectException;

/**
 * One connection of a channel, as the last handler of its pipeline. What comes from a connection that its channel has given
 * up goes nowhere.
 */
final class Link extends ChannelInboundHandlerAdapter {
    private final UpstreamChannel owner;
    private final boolean encrypted;
    private final ReplyReader reader;

    Link(UpstreamChannel owner, boolean encrypted, InboundBuffer inbound) {
        this.owner = owner;
        this.encrypted = encrypted;
        this.reader = new ReplyReader(inbound, owner);
    }

    /** Whether a reply is on its way of which parts were already handed over. */
    boolean inParts() {
        return reader.inParts();
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
                owner.lost(this, handshake.cause());
            }
        }
    }

    private void begin(ChannelHandlerContext context) {
        if (!owner.uses(this)) {
            context.close();
        } else if (context.channel().localAddress().equals(context.channel().remoteAddress())) {
            // On one machine, an attempt to reach a port nobody listens on can meet itself: it would answer with our commands.
            owner.lost(this, new ConnectException("nobody listens there"));
            context.close();
        } else {
            owner.connected(context);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (owner.uses(this)) {
            reader.read((ByteBuf) message);
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

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        owner.lost(this, cause);
        context.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        owner.lost(this, new IOException("the node closed the connection"));
        reader.close();
    }
}
