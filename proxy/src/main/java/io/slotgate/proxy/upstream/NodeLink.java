package io.slotgate.proxy.upstream;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.io.IOException;
import java.net.ConnectException;

/**
 * The last handler of a connection to a node: says when the connection is there, which under TLS is after the handshake, and when it
 * is lost.
 */
abstract class NodeLink extends ChannelInboundHandlerAdapter {
    final ReplyReader reader;
    private final boolean encrypted;

    NodeLink(boolean encrypted, ReplyReader reader) {
        this.encrypted = encrypted;
        this.reader = reader;
    }

    /** The connection is there. */
    abstract void connected(ChannelHandlerContext context);

    /** The connection is lost, or there will be none; may be said more than once. */
    abstract void lost(Throwable cause);

    @Override
    public final void channelActive(ChannelHandlerContext context) {
        if (!encrypted) {
            begin(context);
        }
    }

    @Override
    public final void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (handshake.isSuccess()) {
                begin(context);
            } else {
                lost(handshake.cause());
            }
        }
    }

    private void begin(ChannelHandlerContext context) {
        if (meetsItself(context.channel())) {
            lost(new ConnectException("nobody listens there"));
            context.close();
        } else {
            connected(context);
        }
    }

    /** On one machine, an attempt to reach a port nobody listens on can meet itself: it would answer with our commands. */
    private static boolean meetsItself(Channel channel) {
        return channel.localAddress().equals(channel.remoteAddress());
    }

    @Override
    public final void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        lost(cause);
        context.close();
    }

    @Override
    public final void channelInactive(ChannelHandlerContext context) {
        lost(new IOException("the node closed the connection"));
        reader.close();
    }
}
