package io.slotgate.proxy.upstream;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.NetUtil;
import io.slotgate.proxy.config.Secret;
import io.slotgate.proxy.config.Upstream;
import io.slotgate.proxy.upstream.TrunkRoom.TrunkKey;
import io.slotgate.proxy.worker.Worker;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.net.ReceiveBuffers;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * Makes connections to nodes: over TLS if so configured. Names are looked up on another thread, for that may take long.
 * Immutable; shared by all workers.
 */
public final class Connector {
    private final ChannelFactory<? extends SocketChannel> channels;
    private final ByteBufAllocator allocator;
    private final Upstream settings;
    private final @Nullable SslContext tls;
    private final Executor resolver;
    private final ChannelBudget budget;
    private final int database;

    /**
     * @param tls how to speak TLS to nodes, null for plain connections
     * @param resolver where host names are looked up
     */
    public Connector(ChannelFactory<? extends SocketChannel> channels, ByteBufAllocator allocator, Upstream settings,
            @Nullable SslContext tls,
            Executor resolver) {
        this(channels, allocator, settings, tls, resolver, ChannelBudget.unlimited());
    }

    /** @param budget which workers share connections */
    public Connector(ChannelFactory<? extends SocketChannel> channels, ByteBufAllocator allocator, Upstream settings,
            @Nullable SslContext tls, Executor resolver, ChannelBudget budget) {
        this(channels, allocator, settings, tls, resolver, budget, 0);
    }

    private Connector(ChannelFactory<? extends SocketChannel> channels, ByteBufAllocator allocator, Upstream settings,
            @Nullable SslContext tls, Executor resolver, ChannelBudget budget, int database) {
        this.channels = channels;
        this.allocator = allocator;
        this.settings = settings;
        this.tls = tls;
        this.resolver = resolver;
        this.budget = budget;
        this.database = database;
    }

    /** Makes connections as another user. */
    public Connector as(String user, String password) {
        Upstream other = settings.as(user, Secret.of(password));
        return new Connector(channels, allocator, other, tls, resolver, budget, database);
    }

    /** Makes connections that have selected another database. */
    public Connector selecting(int other) {
        return new Connector(channels, allocator, settings, tls, resolver, budget, other);
    }

    /** The database that connections are to select. */
    int database() {
        return database;
    }

    Upstream settings() {
        return settings;
    }

    /** Which workers share connections. */
    public ChannelBudget budget() {
        return budget;
    }

    /** Whether the connection of such a channel is ready for bytes only after a TLS handshake. */
    boolean encrypted(ChannelKey key) {
        return tls != null && !budget.covers(key);
    }

    /** Whether nodes are spoken to over TLS. */
    boolean speaksTls() {
        return tls != null;
    }

    /** How long to wait before the next attempt: twice as long each time, by chance a little less, bounded. */
    long pauseMillis(int attempt) {
        long pause = Math.min(settings.reconnectMax().toMillis(),
                settings.reconnectMin().toMillis() << Math.min(attempt, 20));
        return pause / 2 + ThreadLocalRandom.current().nextLong(pause / 2 + 1);
    }

    /**
     * Connects a channel of {@code worker}, by a connection that it shares with other workers if so configured.
     *
     * @param failed called on the worker's loop with the reason if no connection comes of it
     */
    void connect(ChannelKey key, Worker worker, RecvByteBufAllocator inbound, ChannelHandler handler,
            Consumer<Throwable> failed) {
        if (budget.covers(key)) {
            new RelayChannel(worker, budget.roomFor(key, worker), failed)
                    .connect(new TrunkKey(key, settings.user(), settings.password(), database), this, handler);
        } else {
            dial(key.node(), worker.loop(), inbound, handler, failed);
        }
    }

    /**
     * Connects on {@code loop}; {@code handler} sees the channel become active (over TLS: its handshake event).
     *
     * @param failed called on the loop with the reason if no connection comes of it
     */
    void dial(HostPort node, EventLoop loop, RecvByteBufAllocator inbound, ChannelHandler handler,
            Consumer<Throwable> failed) {
        if (NetUtil.isValidIpV4Address(node.host()) || NetUtil.isValidIpV6Address(node.host())) {
            open(new InetSocketAddress(node.host(), node.port()), node, loop, inbound, handler, failed);
            return;
        }
        CompletableFuture.supplyAsync(() -> resolve(node), resolver).whenCompleteAsync((address, failure) -> {
            if (failure != null || address == null) {
                failed.accept(new UnknownHostException(node.host()));
            } else {
                open(address, node, loop, inbound, handler, failed);
            }
        }, loop);
    }

    private static @Nullable InetSocketAddress resolve(HostPort node) {
        try {
            return new InetSocketAddress(InetAddress.getByName(node.host()), node.port());
        } catch (UnknownHostException e) {
            return null;
        }
    }

    private void open(InetSocketAddress address, HostPort node, EventLoop loop, RecvByteBufAllocator inbound,
            ChannelHandler handler, Consumer<Throwable> failed) {
        Bootstrap bootstrap = new Bootstrap().group(loop)
                .channelFactory(channels)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.ALLOCATOR, allocator)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) settings.connectTimeout().toMillis())
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        if (tls != null) {
                            channel.pipeline().addLast(tlsHandler(tls, channel.alloc(), node));
                        }
                        channel.pipeline().addLast(handler);
                    }
                });
        // Encrypted bytes must not be read behind the decrypted ones that are kept.
        bootstrap.option(ChannelOption.RECVBUF_ALLOCATOR, tls == null ? inbound : ReceiveBuffers.fresh());
        ChannelFuture opening = bootstrap.connect(address);
        opening.addListener(done -> {
            if (!done.isSuccess()) {
                failed.accept(done.cause());
            }
        });
    }

    private SslHandler tlsHandler(SslContext context, ByteBufAllocator allocator, HostPort node) {
        SSLEngine engine = context.newEngine(allocator, node.host(), node.port());
        if (settings.tls() != null && settings.tls().verifyHostname()) {
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            engine.setSSLParameters(parameters);
        }
        SslHandler handler = new SslHandler(engine);
        handler.setHandshakeTimeoutMillis(settings.connectTimeout().toMillis());
        return handler;
    }
}
