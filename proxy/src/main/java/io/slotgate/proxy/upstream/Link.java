package io.slotgate.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.slotgate.proxy.observe.LoopClock;
import java.io.IOException;
import java.net.ConnectException;

/**
 * One attempt to connect a channel and what became of it, as the last handler of its pipeline. What comes of one that was given
 * up goes nowhere.
 */
final class Link extends ChannelInboundHandlerAdapter {
    private final Connection owner;
    private final boolean encrypted;
    private final ReplyReader reader;
    private final LoopClock clock;

    /** @param clock of the worker: what comes in one read comes at one time */
    Link(Connection owner, boolean encrypted, ReplyReader reader, LoopClock clock) {
        this.owner = owner;
        this.encrypted = encrypted;
        this.reader = reader;
        this.clock = clock;
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
        } else if (meetsItself(context.channel())) {
            owner.lost(this, new ConnectException("nobody listens there"));
            context.close();
        } else {
            owner.connected(context);
        }
    }

    /** On one machine, an attempt to reach a port nobody listens on can meet itself: it would answer with our commands. */
    static boolean meetsItself(Channel channel) {
        return channel.localAddress().equals(channel.remoteAddress());
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
