package io.slotgate.proxy.server;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelFactory;
import io.netty.channel.DefaultSelectStrategyFactory;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.slotgate.proxy.config.ConfigException;
import io.slotgate.proxy.config.Problem;
import io.slotgate.proxy.config.Transport;
import io.slotgate.proxy.worker.WorkerLoop;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The transport that was chosen, as the event loops, channels and buffers that go together. Immutable; any thread. */
public final class NetworkStack {
    /** Thousands of connections that come or go together must not make one turn of the loop long. */
    private static final int EVENTS_PER_TURN = 128;

    private final Transport transport;
    private final IoHandlerFactory ioHandlers;
    private final ChannelFactory<? extends ServerSocketChannel> serverChannels;
    private final ChannelFactory<? extends SocketChannel> clientChannels;

    private NetworkStack(Transport transport, IoHandlerFactory ioHandlers,
            ChannelFactory<? extends ServerSocketChannel> serverChannels,
            ChannelFactory<? extends SocketChannel> clientChannels) {
        this.transport = transport;
        this.ioHandlers = ioHandlers;
        this.serverChannels = serverChannels;
        this.clientChannels = clientChannels;
    }

    /**
     * Picks a transport. {@code AUTO} takes epoll where its native library loads and NIO elsewhere; io_uring, which
     * containers often forbid, is taken on request only.
     *
     * @throws ConfigException if the transport asked for doesn't work here; says why
     */
    public static NetworkStack of(Transport wanted) {
        return switch (wanted) {
            case AUTO -> Epoll.isAvailable() ? epoll() : nio();
            case NIO -> nio();
            case EPOLL -> {
                require(wanted, Epoll.unavailabilityCause());
                yield epoll();
            }
            case IO_URING -> {
                require(wanted, IoUring.unavailabilityCause());
                yield new NetworkStack(wanted, IoUringIoHandler.newFactory(), IoUringServerSocketChannel::new,
                        IoUringSocketChannel::new);
            }
        };
    }

    private static NetworkStack epoll() {
        return new NetworkStack(Transport.EPOLL,
                EpollLoop.newFactory(
                        EpollIoHandler.newFactory(EVENTS_PER_TURN, DefaultSelectStrategyFactory.INSTANCE)),
                EpollServerSocketChannel::new,
                EpollSocketChannel::new);
    }

    private static NetworkStack nio() {
        return new NetworkStack(Transport.NIO, NioIoHandler.newFactory(), NioServerSocketChannel::new,
                NioSocketChannel::new);
    }

    private static void require(Transport wanted, @Nullable Throwable unavailable) {
        if (unavailable != null) {
            throw new ConfigException(List.of(new Problem("transport", wanted.name().toLowerCase(Locale.ROOT)
                    + " (expected: one that works here; it doesn't because of " + rootCause(unavailable) + ")")));
        }
    }

    /** Netty wraps the message that helps. */
    private static Throwable rootCause(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root;
    }

    /** Never {@code AUTO}. */
    public Transport transport() {
        return transport;
    }

    /**
     * Event loops of this transport.
     *
     * @param name start of the threads' names
     * @param threads at least 1
     */
    public EventLoopGroup newGroup(String name, int threads) {
        return WorkerLoop.newGroup(threads, new DefaultThreadFactory(name), ioHandlers);
    }

    /** Makes connections to nodes. */
    public ChannelFactory<? extends SocketChannel> clientChannels() {
        return clientChannels;
    }

    /** Makes listening sockets. */
    public ChannelFactory<? extends ServerSocketChannel> serverChannels() {
        return serverChannels;
    }

    /**
     * Where all buffers come from. Pooled and not Netty's default, the adaptive one: workers free what they allocate, on
     * the same thread, which the pool's thread caches are made for.
     */
    public ByteBufAllocator allocator() {
        return PooledByteBufAllocator.DEFAULT;
    }
}
