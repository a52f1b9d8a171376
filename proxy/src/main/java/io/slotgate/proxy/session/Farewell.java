package io.slotgate.proxy.session;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * The end of a connection whose client may be about to send something:
 *
 * <pre>
 *   last reply ──> close_notify (TLS) ──> FIN ──> read and drop ──> the client closes, or {@value #MOST_MILLIS} ms are over
 * </pre>
 *
 * A socket that is closed with bytes unread, or is sent some after it, resets the connection (RFC 1122, 4.2.2.13); a client that
 * is still writing then fails before it has read the replies that are there for it, though their commands were executed.
 */
final class Farewell extends ChannelInboundHandlerAdapter {
    static final long MOST_MILLIS = 1_000;

    private Farewell() {}

    /** Ends the connection, when all that was written has gone out. On its event loop. */
    static void say(ChannelHandlerContext context) {
        if (!(context.channel() instanceof DuplexChannel channel) || !channel.isActive() || channel.isInputShutdown()) {
            context.close();
            return;
        }
        Future<?> longEnough = context.executor().schedule(() -> context.close(), MOST_MILLIS, TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(closed -> longEnough.cancel(false));
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        ChannelFuture said = tls == null ? channel.newSucceededFuture() : tls.closeOutbound();
        said.addListener(sent -> channel.shutdownOutput());
        channel.pipeline().addLast(new Farewell());
        channel.config().setAutoRead(true);
    }

    /** The client, too, has said all it has to say. */
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            context.close();
        }
        context.fireUserEventTriggered(event);
    }
}
