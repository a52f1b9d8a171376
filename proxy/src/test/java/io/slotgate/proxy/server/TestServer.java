package io.slotgate.proxy.server;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import io.slotgate.proxy.config.Limits;
import io.slotgate.proxy.config.Listen;
import io.slotgate.proxy.config.Transport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Listeners whose sessions send back what they get. */
final class TestServer implements AutoCloseable {
    final Queue<SocketChannel> sessions = new ConcurrentLinkedQueue<>();
    final Queue<ListenerKind> kinds = new ConcurrentLinkedQueue<>();
    final Queue<String> events = new ConcurrentLinkedQueue<>();
    final List<AtomicInteger> byWorker = new ArrayList<>();
    final Listeners listeners;
    private final EventLoopGroup group;
    private final List<EventLoop> workers = new ArrayList<>();
    private final @Nullable SslContext context;

    /** @param context released in the end */
    TestServer(Listen listen, Limits limits, int workerCount, @Nullable SslContext context) throws IOException {
        this(listen, limits, workerCount, context, context);
    }

    /** @param borrowed of the listeners; somebody else's, if {@code owned} is null */
    TestServer(Listen listen, Limits limits, int workerCount, @Nullable SslContext owned, @Nullable SslContext borrowed)
            throws IOException {
        this.context = owned;
        NetworkStack stack = NetworkStack.of(Transport.AUTO);
        group = stack.newGroup("test-worker", workerCount);
        for (int i = 0; i < workerCount; i++) {
            workers.add(group.next());
            byWorker.add(new AtomicInteger());
        }
        try {
            listeners = Listeners.open(listen, limits, stack, workers, borrowed, this::newSession);
        } catch (IOException e) {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            ReferenceCountUtil.release(context);
            throw e;
        }
        listeners.startAccepting();
    }

    private Echo newSession(SocketChannel channel, ListenerKind kind, EventLoop worker) {
        byWorker.get(workers.indexOf(worker)).incrementAndGet();
        sessions.add(channel);
        kinds.add(kind);
        return new Echo();
    }

    /** A figure of the first worker's gate. */
    long gate(Function<GateCounters, Long> figure) {
        return workers.getFirst().submit(() -> figure.apply(listeners.gate(0))).awaitUninterruptibly().getNow();
    }

    @Override
    public void close() {
        listeners.close();
        // With no quiet period at all, a loop that just runs a task ends without closing its channels.
        group.shutdownGracefully(10, 5_000, TimeUnit.MILLISECONDS).awaitUninterruptibly();
        ReferenceCountUtil.release(context);
    }

    private final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext context) {
            events.add("active");
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            context.writeAndFlush(message, context.voidPromise());
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            events.add(event.getClass().getSimpleName());
            if (event == ChannelInputShutdownEvent.INSTANCE || event instanceof SslCloseCompletionEvent) {
                context.close();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            events.add("inactive");
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            events.add(cause.toString());
            context.close();
        }
    }
}
