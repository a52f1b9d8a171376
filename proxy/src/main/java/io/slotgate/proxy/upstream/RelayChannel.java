package io.slotgate.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import io.netty.channel.local.LocalAddress;
import io.slotgate.proxy.resp.ReplyScanner;
import io.slotgate.proxy.upstream.TrunkRoom.TrunkKey;
import io.slotgate.proxy.worker.Worker;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link UpstreamChannel} has for a connection where workers share connections: to it this is a socket like any other, but
 * what is flushed is handed to the {@link Trunk}'s worker, and replies come from there. It is open while the trunk is.
 *
 * <p>Netty's own channel for use within a process can't be registered with event loops of native transports; this one needs no
 * registration. It is always writable: what waits for the node lies in the chunks that are kept for replay anyway, and
 * is bounded with them. Confined to its worker, but for {@link #handOver}.
 */
final class RelayChannel extends AbstractChannel {
    private static final ChannelMetadata METADATA = new ChannelMetadata(false);
    private static final LocalAddress HERE = new LocalAddress("worker");
    private static final LocalAddress THERE = new LocalAddress("trunk");

    private enum State {
        OPENING, ACTIVE, CLOSED
    }

    private final ChannelConfig config = new DefaultChannelConfig(this);
    private final Worker worker;
    private final TrunkRoom room;
    private final Consumer<Throwable> failed;
    private final Branch branch = new Branch(this);
    /** Counts what is sent: a command has the form of a reply that is an array of bulk strings. */
    private final ReplyScanner commands = new ReplyScanner();
    private final ArrayDeque<ByteBuf> unread = new ArrayDeque<>();
    private boolean reading;
    private volatile State state = State.OPENING;

    /** @param failed called with the reason if it never becomes active */
    RelayChannel(Worker worker, TrunkRoom room, Consumer<Throwable> failed) {
        super(null);
        this.worker = worker;
        this.room = room;
        this.failed = failed;
    }

    void connect(TrunkKey key, Connector connector, ChannelHandler handler) {
        pipeline().addLast(handler);
        worker.loop().register(this);
        if (!room.handOver(() -> room.attach(key, connector, branch))) {
            lost(new IOException("closed"));
        }
    }

    /** {@link Worker#handOver} of its worker. */
    boolean handOver(Runnable task) {
        return worker.handOver(task);
    }

    // ---- what comes from the trunk, handed over

    void connected() {
        if (state == State.OPENING) {
            state = State.ACTIVE;
            pipeline().fireChannelActive();
        }
    }

    /** Takes over bytes of replies. */
    void arrived(ByteBuf replies) {
        if (state == State.CLOSED) {
            replies.release();
        } else {
            unread.add(replies);
            read0();
        }
    }

    void lost(Throwable cause) {
        switch (state) {
            case OPENING -> failed.accept(cause);
            case ACTIVE -> pipeline().fireExceptionCaught(cause);
            case CLOSED -> {
            }
        }
        unsafe().close(voidPromise());
    }

    private void read0() {
        if (reading) {
            return;
        }
        reading = true;
        ByteBuf next;
        while (config.isAutoRead() && (next = unread.poll()) != null) {
            int bytes = next.readableBytes();
            pipeline().fireChannelRead(next);
            if (branch.taken(bytes)) {
                room.handOver(branch::caughtUp);
            }
        }
        reading = false;
        pipeline().fireChannelReadComplete();
    }

    // ---- what a channel has to have

    @Override
    protected void doWrite(ChannelOutboundBuffer in) throws IOException {
        List<ByteBuf> parts = new ArrayList<>(Math.max(1, in.size()));
        int replies = 0;
        for (Object part = in.current(); part != null; part = in.current()) {
            ByteBuf bytes = (ByteBuf) part;
            parts.add(bytes.retain());
            int commands = count(bytes);
            if (commands < 0) {
                parts.forEach(ByteBuf::release);
                throw new IOException("commands that are not whole can't be handed over");
            }
            replies += commands;
            in.remove();
        }
        if (room.worker() != worker) {
            worker.counters().handedOff += replies;
        }
        int expected = replies;
        if (!room.handOver(() -> branch.send(parts, expected))) {
            parts.forEach(ByteBuf::release);
        }
    }

    /** How many commands there are; -1 if not all of them are whole. */
    private int count(ByteBuf bytes) {
        int whole = 0;
        int at = bytes.readerIndex();
        while (at < bytes.writerIndex()) {
            int behind = commands.scan(bytes, at, bytes.writerIndex());
            if (behind <= at || !commands.complete()) {
                return -1;
            }
            whole++;
            at = behind;
        }
        return whole;
    }

    @Override
    protected void doBeginRead() {
        if (!unread.isEmpty()) {
            read0();
        }
    }

    @Override
    protected void doClose() {
        state = State.CLOSED;
        unread.forEach(ByteBuf::release);
        unread.clear();
        room.handOver(branch::leave);
    }

    @Override
    public boolean isOpen() {
        return state != State.CLOSED;
    }

    @Override
    public boolean isActive() {
        return state == State.ACTIVE;
    }

    @Override
    public ChannelConfig config() {
        return config;
    }

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
    }

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return true;
    }

    @Override
    protected SocketAddress localAddress0() {
        return HERE;
    }

    @Override
    protected SocketAddress remoteAddress0() {
        return THERE;
    }

    @Override
    protected void doBind(SocketAddress address) {
        throw new UnsupportedOperationException();
    }

    @Override
    protected void doDisconnect() {
        doClose();
    }

    @Override
    protected AbstractUnsafe newUnsafe() {
        return new AbstractUnsafe() {
            @Override
            public void connect(SocketAddress remote, @Nullable SocketAddress local, ChannelPromise promise) {
                promise.setFailure(new UnsupportedOperationException());
            }
        };
    }
}
