package io.slotgate.proxy.server;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.slotgate.proxy.config.Endpoint;
import io.slotgate.proxy.config.Limits;
import io.slotgate.proxy.config.Listen;
import io.slotgate.proxy.config.Tls;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listening sockets, on one thread of their own. Each connection accepted goes to the worker with the fewest, to
 * whose gate it is handed over; when the gates can't keep up, accepting pauses and the kernel's backlog fills.
 *
 * <p>
 * Any thread may call.
 */
public final class Listeners implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Listeners.class);
    /** Connections accepted and not taken in by a worker, for each worker. */
    private static final int AHEAD = 16;
    private static final byte[] FULL = "-ERR max number of clients reached\r\n".getBytes(StandardCharsets.US_ASCII);

    private final NetworkStack stack;
    private final List<EventLoop> workers;
    private final List<HandshakeGate> gates = new ArrayList<>();
    private final SessionFactory sessions;
    private final Connections connections;
    private final EventLoopGroup acceptors;
    private final Map<ListenerKind, ServerSocketChannel> channels = new EnumMap<>(ListenerKind.class);
    private final AtomicInteger ahead = new AtomicInteger();
    private final AtomicLong refused = new AtomicLong();

    private Listeners(Limits limits, NetworkStack stack, List<EventLoop> workers, @Nullable Tls tls,
            @Nullable SslContext context, SessionFactory sessions) {
        this.stack = stack;
        this.workers = List.copyOf(workers);
        this.sessions = sessions;
        this.connections = new Connections(limits.connections(), workers.size());
        this.acceptors = stack.newGroup("slotgate-acceptor", 1);
        GateLimits gateLimits = tls == null ? GateLimits.plain() : GateLimits.of(tls);
        Supplier<SslHandler> handlers = context == null ? null : () -> newHandler(context);
        for (EventLoop worker : workers) {
            gates.add(new HandshakeGate(GateLoop.of(worker), gateLimits, handlers, this::takenIn));
        }
    }

    /**
     * Binds every listener that is configured; {@link #startAccepting} lets clients in.
     *
     * @param context of the TLS listeners; needed if there are any
     * @throws IOException if one can't be bound, naming its address and the cause; then none is
     */
    public static Listeners open(Listen listen, Limits limits, NetworkStack stack, List<EventLoop> workers,
            @Nullable SslContext context, SessionFactory sessions) throws IOException {
        Listeners listeners = new Listeners(limits, stack, workers, listen.tls(), context, sessions);
        try {
            listeners.bind(ListenerKind.CLIENT, listen.client(), listen.backlog());
            listeners.bind(ListenerKind.READ, listen.read(), listen.backlog());
            listeners.bind(ListenerKind.PLAIN, listen.plain(), listen.backlog());
        } catch (IOException | RuntimeException e) {
            listeners.close();
            throw e;
        }
        return listeners;
    }

    private SslHandler newHandler(SslContext context) {
        SslHandler handler = context.newHandler(stack.allocator());
        // The gate's deadline covers it.
        handler.setHandshakeTimeoutMillis(0);
        return handler;
    }

    private void bind(ListenerKind kind, @Nullable Endpoint endpoint, int backlog) throws IOException {
        if (endpoint == null) {
            return;
        }
        InetSocketAddress address = new InetSocketAddress(endpoint.host(), endpoint.port());
        if (address.isUnresolved()) {
            throw new BindException(kind.path() + ": can't listen on " + endpoint + ": unknown host");
        }
        ServerSocketChannel channel = stack.serverChannels().newChannel();
        channel.config().setOption(ChannelOption.SO_REUSEADDR, true);
        channel.config().setAutoRead(false);
        channel.config().setOption(ChannelOption.SO_BACKLOG, backlog);
        channel.config().setOption(ChannelOption.ALLOCATOR, stack.allocator());
        channel.pipeline().addLast(new Acceptor(kind, this::accepted));
        var bound = acceptors.register(channel).awaitUninterruptibly();
        if (bound.isSuccess()) {
            bound = channel.bind(address).awaitUninterruptibly();
        }
        Throwable cause = bound.cause();
        if (cause != null) {
            channel.close();
            BindException failure = new BindException(
                    kind.path() + ": can't listen on " + endpoint + ": " + cause.getMessage());
            failure.initCause(cause);
            throw failure;
        }
        channels.put(kind, channel);
        log.atInfo().addKeyValue("listener", kind).addKeyValue("address", channel.localAddress()).log("Listening");
    }

    /** On the acceptor. */
    private void accepted(SocketChannel channel, ListenerKind kind) {
        if (connections.full()) {
            refused.incrementAndGet();
            refuse(channel, kind);
            return;
        }
        int index = connections.openOnLeastLoaded();
        channel.closeFuture().addListener(closed -> connections.closed(index));
        channel.config().setOption(ChannelOption.ALLOCATOR, stack.allocator());
        channel.config().setOption(ChannelOption.TCP_NODELAY, true);
        channel.config().setOption(ChannelOption.SO_KEEPALIVE, true);
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        EventLoop worker = workers.get(index);
        RecvByteBufAllocator receiveBuffers = sessions.receiveBuffers(worker);
        if (receiveBuffers != null) {
            channel.config().setRecvByteBufAllocator(receiveBuffers);
        }
        var arrival = new HandshakeGate.Arrival(channel, kind.tls(),
                () -> sessions.newSession(channel, kind, worker), System.nanoTime());
        if (ahead.incrementAndGet() >= AHEAD * workers.size()) {
            accepting(false);
        }
        worker.execute(() -> gates.get(index).arrive(arrival));
    }

    private void refuse(SocketChannel channel, ListenerKind kind) {
        if (kind.tls()) {
            channel.unsafe().closeForcibly();
            return;
        }
        acceptors.register(channel).addListener(registered -> channel
                .writeAndFlush(Unpooled.wrappedBuffer(FULL)).addListener(ChannelFutureListener.CLOSE));
    }

    /** On a worker. */
    private void takenIn() {
        if (ahead.getAndDecrement() == AHEAD * workers.size() / 2) {
            acceptors.execute(() -> accepting(true));
        }
    }

    /** On the acceptor. */
    private void accepting(boolean on) {
        for (Channel channel : channels.values()) {
            channel.config().setAutoRead(on);
        }
    }

    /**
     * The port a listener is bound to.
     *
     * @throws IllegalArgumentException if it isn't configured
     */
    public int port(ListenerKind kind) {
        ServerSocketChannel channel = channels.get(kind);
        if (channel == null) {
            throw new IllegalArgumentException("kind: " + kind + " (expected: one of " + channels.keySet() + ")");
        }
        return channel.localAddress().getPort();
    }

    /** Client connections that are open, handshakes included. */
    public int connections() {
        return connections.open();
    }

    /** Connections refused because {@code limits.connections} were open. */
    public long refused() {
        return refused.get();
    }

    /** Figures of a worker's gate; on that worker, by its place in the list given to {@link #open}. */
    public GateCounters gate(int worker) {
        return gates.get(worker).counters();
    }

    /** Begins to take in connections, those included that have come since the listeners were bound. */
    public void startAccepting() {
        acceptors.execute(() -> accepting(true));
    }

    /** Closes the listening sockets; connections stay. Returns when nobody can connect any more. */
    public void stopAccepting() {
        for (Channel channel : channels.values()) {
            channel.close().awaitUninterruptibly();
        }
    }

    /** Stops accepting and closes the connections that have no session yet; sessions stay. */
    @Override
    public void close() {
        stopAccepting();
        for (int i = 0; i < gates.size(); i++) {
            HandshakeGate gate = gates.get(i);
            if (!workers.get(i).isShuttingDown()) {
                workers.get(i).execute(gate::close);
            }
        }
        // With no quiet period at all, a loop that just runs a task ends without closing its channels.
        acceptors.shutdownGracefully(10, 1_000, TimeUnit.MILLISECONDS);
    }
}
