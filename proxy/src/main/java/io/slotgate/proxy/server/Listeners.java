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
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
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
    private final int backlog;
    private final Map<ListenerKind, ServerSocketChannel> channels = new ConcurrentHashMap<>();
    /** Where they are bound, ports that were chosen included; of those who open and reopen. */
    private final Map<ListenerKind, InetSocketAddress> addresses = new EnumMap<>(ListenerKind.class);
    private final @Nullable Handover handover;
    private final AtomicInteger ahead = new AtomicInteger();
    private final AtomicLong refused = new AtomicLong();
    private volatile @Nullable SslContext context;

    private Listeners(Listen listen, Limits limits, NetworkStack stack, List<EventLoop> workers,
            @Nullable SslContext context, SessionFactory sessions) {
        Tls tls = listen.tls();
        this.backlog = listen.backlog();
        this.stack = stack;
        this.workers = List.copyOf(workers);
        this.sessions = sessions;
        this.connections = new Connections(limits.connections(), workers.size());
        this.acceptors = stack.newGroup("slotgate-acceptor", 1);
        this.handover = listen.reusePort() ? new Handover(acceptors.next()) : null;
        GateLimits gateLimits = tls == null ? GateLimits.plain() : GateLimits.of(tls);
        this.context = context;
        Supplier<SslHandler> handlers = context == null ? null : this::newHandler;
        for (EventLoop worker : workers) {
            gates.add(new HandshakeGate(GateLoop.of(worker, () -> sessions.handshakesFollow(worker)), gateLimits,
                    handlers, this::takenIn));
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
        Listeners listeners = new Listeners(listen, limits, stack, workers, context, sessions);
        try {
            listeners.bind(ListenerKind.CLIENT, listen.client());
            listeners.bind(ListenerKind.READ, listen.read());
            listeners.bind(ListenerKind.PLAIN, listen.plain());
        } catch (IOException | RuntimeException e) {
            listeners.close();
            throw e;
        }
        return listeners;
    }

    private SslHandler newHandler() {
        SslHandler handler = Objects.requireNonNull(context).newHandler(stack.allocator());
        // The gate's deadline covers it.
        handler.setHandshakeTimeoutMillis(0);
        return handler;
    }

    private void bind(ListenerKind kind, @Nullable Endpoint endpoint) throws IOException {
        if (endpoint == null) {
            return;
        }
        InetSocketAddress address = new InetSocketAddress(endpoint.host(), endpoint.port());
        if (address.isUnresolved()) {
            throw new BindException(kind.path() + ": can't listen on " + endpoint + ": unknown host");
        }
        bind(kind, endpoint.toString(), address);
    }

    private void bind(ListenerKind kind, String endpoint, InetSocketAddress address) throws IOException {
        ServerSocketChannel channel = stack.serverChannels().newChannel();
        channel.config().setOption(ChannelOption.SO_REUSEADDR, true);
        channel.config().setAutoRead(false);
        channel.config().setOption(ChannelOption.SO_BACKLOG, backlog);
        channel.config().setOption(ChannelOption.ALLOCATOR, stack.allocator());
        channel.pipeline().addLast(new Acceptor(kind, this::accepted));
        if (handover != null) {
            SharedPort.prepare(channel);
        }
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
        addresses.put(kind, channel.localAddress());
        if (handover != null) {
            handover.bound(channel);
        }
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

    /** The port a listener is bound to; -1 if it isn't configured. */
    public int port(ListenerKind kind) {
        ServerSocketChannel channel = channels.get(kind);
        return channel == null ? -1 : channel.localAddress().getPort();
    }

    /** Client connections that are open, handshakes included. */
    public int connections() {
        return connections.open();
    }

    /** From now on so many connections may be open. */
    void limit(int most) {
        connections.limit(most);
    }

    /** Connections refused because {@code limits.connections} were open. */
    public long refused() {
        return refused.get();
    }

    /** Figures of a worker's gate; on that worker, by its place in the list given to {@link #open}. */
    public GateCounters gate(int worker) {
        return gates.get(worker).counters();
    }

    /**
     * Has handshakes that begin from now on use another TLS context.
     *
     * @return done when no worker takes up the one before any more
     */
    CompletableFuture<Void> use(SslContext next) {
        context = next;
        return CompletableFuture.allOf(workers.stream().map(worker -> CompletableFuture.runAsync(() -> {}, worker))
                .toArray(CompletableFuture[]::new));
    }

    /** Begins to take in connections, those included that have come since the listeners were bound. */
    public void startAccepting() {
        if (handover != null) {
            handover.takePart();
        }
        acceptors.execute(() -> accepting(true));
    }

    /** Has other processes that listen on the same ports get new connections, and takes in those that have come; at most so long. */
    public void giveWay(Duration most) throws InterruptedException {
        if (handover != null) {
            handover.giveWay(most);
        }
    }

    /** Closes the listening sockets; connections stay. Returns when nobody can connect any more. */
    public void stopAccepting() {
        for (Channel channel : channels.values()) {
            channel.close().awaitUninterruptibly();
        }
    }

    /**
     * Takes in connections again after {@link #giveWay} or {@link #stopAccepting}, at the same addresses. One thread at a time.
     *
     * @throws IOException if one is taken meanwhile, naming it; then nobody can connect
     */
    void reopen() throws IOException {
        try {
            for (Map.Entry<ListenerKind, InetSocketAddress> each : Map.copyOf(addresses).entrySet()) {
                ServerSocketChannel before = channels.get(each.getKey());
                if (before == null || !before.isOpen()) {
                    InetSocketAddress at = each.getValue();
                    bind(each.getKey(), at.getHostString() + ":" + at.getPort(), at);
                }
            }
        } catch (IOException | RuntimeException e) {
            stopAccepting();
            throw e;
        }
        startAccepting();
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
