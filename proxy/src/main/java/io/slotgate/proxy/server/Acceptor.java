package io.slotgate.proxy.server;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes what a listening socket accepts, and pauses when that fails, as it does when file descriptors run out. */
final class Acceptor extends ChannelInboundHandlerAdapter {
    private static final Logger log = LoggerFactory.getLogger(Acceptor.class);
    private static final long PAUSE_MILLIS = 500;

    private final ListenerKind kind;
    private final BiConsumer<SocketChannel, ListenerKind> accepted;

    Acceptor(ListenerKind kind, BiConsumer<SocketChannel, ListenerKind> accepted) {
        this.kind = kind;
        this.accepted = accepted;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        accepted.accept((SocketChannel) message, kind);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        log.atWarn().addKeyValue("listener", context.channel().localAddress()).addKeyValue("cause", cause)
                .addKeyValue("pauseMillis", PAUSE_MILLIS).log("Connection not accepted");
        context.channel().config().setAutoRead(false);
        context.executor().schedule(() -> {
            context.channel().config().setAutoRead(true);
        }, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }
}
