package io.slotgate.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslContext;
import io.slotgate.proxy.config.Secret;
import io.slotgate.proxy.config.Transport;
import io.slotgate.proxy.config.Upstream;
import io.slotgate.proxy.metrics.WorkerCounters;
import io.slotgate.proxy.plane.OnLoop;
import io.slotgate.proxy.plane.TestClient;
import io.slotgate.proxy.server.NetworkStack;
import io.slotgate.proxy.upstream.ChannelKey.Lane;
import io.slotgate.proxy.worker.Worker;
import io.slotgate.topology.model.HostPort;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One channel to a node on an event loop of its own, and a note of everything that comes of it. */
final class ChannelFixture implements UpstreamEvents, Requester, AutoCloseable {
    /** What happened, in order: {@code reply …}, {@code lost 2 sent} (or unsent), {@code ready}, {@code unavailable}. */
    final Queue<String> events = new ConcurrentLinkedQueue<>();
    /** The sockets of the connections made so far. */
    final Queue<SocketChannel> sockets = new ConcurrentLinkedQueue<>();
    final UpstreamChannel channel;
    final Worker worker;
    final PendingPool pendings = new PendingPool();
    /** What is to become of large replies. */
    volatile LargeReply large = LargeReply.GATHER;
    private final EventLoopGroup group;
    private final EventLoop loop;

    ChannelFixture(HostPort node, int protocol) {
        this(node, protocol, null, null, Duration.ofSeconds(10));
    }

    ChannelFixture(HostPort node, int protocol, @Nullable Secret password, @Nullable SslContext tls,
            Duration connectTimeout) {
        NetworkStack stack = NetworkStack.of(Transport.NIO);
        group = stack.newGroup("channel-test", 1);
        loop = group.next();
        worker = call(() -> new Worker(loop, PooledByteBufAllocator.DEFAULT));
        Upstream settings = new Upstream(List.of(node), null, password, null, connectTimeout,
                Duration.ofMillis(1), Duration.ofMillis(5), Duration.ofSeconds(10));
        Connector connector = new Connector(() -> {
            SocketChannel socket = stack.clientChannels().newChannel();
            sockets.add(socket);
            return socket;
        }, PooledByteBufAllocator.DEFAULT, settings, tls, Runnable::run);
        channel = new UpstreamChannel(new ChannelKey(node, protocol, Lane.SHARED, 0), worker, pendings, connector,
                this);
    }

    void connect() {
        run(channel::connect);
    }

    /** Sends a command on the event loop. */
    void send(String... words) {
        run(() -> sendNow(words));
    }

    /** Sends a command; on the event loop. */
    void sendNow(String... words) {
        ByteBuf bytes = PooledByteBufAllocator.DEFAULT.directBuffer();
        bytes.writeCharSequence(TestClient.command(words), StandardCharsets.ISO_8859_1);
        channel.send(pendings.take(this, null, 2, Pending.NO_SLOT), bytes, 0, bytes.readableBytes());
        bytes.release();
    }

    WorkerCounters counters() {
        return worker.counters();
    }

    void run(Runnable task) {
        new OnLoop(loop).run(task);
    }

    <T> T call(Callable<T> task) {
        return new OnLoop(loop).call(task);
    }

    private void note(String event) {
        events.add(event);
    }

    @Override
    public boolean onError(UpstreamChannel from, Pending pending, ByteBuf buffer, int start, int end) {
        return false;
    }

    @Override
    public void onLost(UpstreamChannel from, Pending pending, boolean sent) {
        String command = pending.request().kept()
                ? pending.request().buffer().toString(pending.request().offset(), pending.request().length(),
                        StandardCharsets.ISO_8859_1)
                : "";
        note("lost " + command.lines().filter(line -> !line.startsWith("$") && !line.startsWith("*"))
                .map(line -> line.substring(0, Math.min(line.length(), 20))).toList() + (sent ? " sent" : " unsent"));
        pending.releaseRequest(worker);
        PendingPool.recycle(pending);
    }

    @Override
    public void onReady(UpstreamChannel from) {
        note("ready");
    }

    @Override
    public void onSilence(UpstreamChannel silent) {
        events.add("silent");
    }

    @Override
    public void onUnavailable(UpstreamChannel from, Throwable cause) {
        note("unavailable");
    }

    @Override
    public void onReply(Pending pending, ByteBuf buffer, int start, int end) {
        String text = buffer.toString(start, end - start, StandardCharsets.ISO_8859_1);
        note("reply " + (text.length() > 100 ? text.length() + " bytes" : text.trim()));
        PendingPool.recycle(pending);
    }

    @Override
    public LargeReply onLargeReply(Pending pending, UpstreamChannel from, long size) {
        return large;
    }

    @Override
    public void askElsewhere(Pending pending) {
        note("elsewhere");
        pending.releaseRequest(worker);
        PendingPool.recycle(pending);
    }

    @Override
    public void onReplyPart(Pending pending, ByteBuf buffer, int start, int end, boolean last) {
        if (last) {
            note("last part");
            PendingPool.recycle(pending);
        }
    }

    @Override
    public void onReplyCut(Pending pending) {
        note("cut");
        PendingPool.recycle(pending);
    }

    @Override
    public void close() {
        run(() -> {
            channel.close();
            worker.close();
        });
        group.shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
