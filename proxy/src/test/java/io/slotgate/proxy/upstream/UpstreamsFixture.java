package io.slotgate.proxy.upstream;

import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.slotgate.proxy.config.Transport;
import io.slotgate.proxy.config.Upstream;
import io.slotgate.proxy.plane.OnLoop;
import io.slotgate.proxy.plane.TestClient;
import io.slotgate.proxy.server.NetworkStack;
import io.slotgate.proxy.worker.Worker;
import io.slotgate.topology.model.HostPort;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** A worker's channels to any number of nodes, on an event loop of their own. What comes of their commands concerns nobody. */
final class UpstreamsFixture implements AutoCloseable {
    private static final String[] READ = {"GET", "k"};

    private final EventLoopGroup group = NetworkStack.of(Transport.NIO).newGroup("upstreams-test", 1);
    private final EventLoop loop = group.next();
    private final PendingPool pendings = new PendingPool();
    final Worker worker = call(() -> new Worker(loop, PooledByteBufAllocator.DEFAULT));
    final Upstreams upstreams = new Upstreams(worker, pendings,
            new Connector(NetworkStack.of(Transport.NIO).clientChannels(), PooledByteBufAllocator.DEFAULT,
                    new Upstream(List.of(new HostPort("127.0.0.1", 1)), null, null, null, Duration.ofSeconds(10),
                            Duration.ofMillis(1), Duration.ofMillis(5), Duration.ofSeconds(10)),
                    null, Runnable::run),
            new Unconcerned(worker));

    /** A channel to this node as a replica, which is ready. */
    UpstreamChannel readyReplica(HostPort node) {
        return ready(node, ChannelKey.Lane.REPLICA);
    }

    /** A channel of this kind to the node, which is ready. */
    UpstreamChannel ready(HostPort node, ChannelKey.Lane lane) {
        UpstreamChannel channel = call(() -> upstreams.channel(new ChannelKey(node, 2, lane, 0)));
        run(channel::connect);
        await().until(() -> call(channel::ready));
        return channel;
    }

    /** The channel to this node as a replica. */
    UpstreamChannel replica(HostPort node) {
        return call(() -> upstreams.channel(new ChannelKey(node, 2, ChannelKey.Lane.REPLICA, 0)));
    }

    /** Sends a read; on the event loop. */
    void sendRead(UpstreamChannel channel) {
        ByteBuf bytes = PooledByteBufAllocator.DEFAULT.directBuffer();
        bytes.writeCharSequence(TestClient.command(READ), StandardCharsets.ISO_8859_1);
        channel.send(pendings.take(Discarder.INSTANCE, null, 2, Pending.NO_SLOT), bytes, 0, bytes.readableBytes());
        bytes.release();
    }

    void run(Runnable task) {
        new OnLoop(loop).run(task);
    }

    <T> T call(Callable<T> task) {
        return new OnLoop(loop).call(task);
    }

    @Override
    public void close() {
        run(() -> {
            upstreams.close();
            worker.close();
        });
        group.shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
