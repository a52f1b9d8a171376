package io.slotgate.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.Socket;
import io.netty.handler.ssl.SslHandler;
import io.slotgate.proxy.config.Limits;
import io.slotgate.proxy.upstream.UpstreamChannel;
import io.slotgate.proxy.worker.ChunkWriter;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The way of a session's replies to its client, and what happens when the client doesn't read them: first the lane of a large
 * reply has to wait, then no further commands are read, in the end the connection is closed.
 */
final class ClientOutput {
    private final Limits limits;
    private final ChannelHandlerContext ctx;
    private final ReplyBuffer gathered;
    /** The socket, if what is written to it is what the client gets, and it takes bytes from here; else null. */
    private final @Nullable Socket plain;
    /** The node's channel that waits for this client to read. */
    private @Nullable UpstreamChannel heldBack;
    /** Bytes that Netty has and the socket does not take, as of the last look; 0 while they are few. */
    private long unread;
    private long unreadSince;
    private boolean parted;

    /** @param chunks the worker's, for what gathers within a turn */
    ClientOutput(Limits limits, ChannelHandlerContext ctx, ChunkWriter chunks) {
        this.limits = limits;
        this.ctx = ctx;
        this.plain = plainSocket(ctx.channel());
        this.gathered = new ReplyBuffer(ctx.alloc(), chunks, plain != null && chunks.addressable());
        int pause = (int) limits.outputPauseBytes();
        ctx.channel().config().setWriteBufferWaterMark(new WriteBufferWaterMark(pause / 2, pause));
    }

    void append(ByteBuf source, int start, int length) {
        gathered.append(ctx, source, start, length);
    }

    private static @Nullable Socket plainSocket(Channel channel) {
        // Other transports have a way of their own to write; TLS has each connection's bytes differ.
        return channel instanceof EpollSocketChannel epoll && epoll.fd() instanceof Socket socket
                && channel.pipeline().get(SslHandler.class) == null ? socket : null;
    }

    /** As {@link #append}, for bytes that many sessions get; they do not change any more. */
    void appendShared(ByteBuf source, int start, int length) {
        if (plain != null && source.hasMemoryAddress()) {
            gathered.share(ctx, source, start, length);
        } else {
            gathered.append(ctx, source, start, length);
        }
    }

    /** Writes what has gathered to the socket. */
    void flush() {
        if (gathered.isLent() && sentLent()) {
            if (unread > 0) {
                measure();
            }
            return;
        }
        gathered.write(ctx);
        ctx.flush();
        measure();
    }

    /** What has gathered stays here beyond the turn. */
    void keep() {
        gathered.keep(ctx);
    }

    /** Sends what lies in one place from there, instead of by way of Netty's pipeline and queue. */
    private boolean sentLent() {
        ChannelOutboundBuffer waiting = ctx.channel().unsafe().outboundBuffer();
        // Without that buffer the connection is closed, and its number may be another's.
        if (plain == null || waiting == null || waiting.totalPendingWriteBytes() > 0) {
            return false;
        }
        try {
            return gathered.sendLent(plain);
        } catch (IOException lost) {
            // Netty meets the same failure and closes the connection.
            return false;
        }
    }

    /** Closes the connection when the socket has taken everything. */
    void closeBehind() {
        gathered.write(ctx);
        ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        measure();
    }

    /** As {@link #closeBehind}, where the client does not know that it ends: see {@link Farewell}. */
    void partBehind() {
        gathered.write(ctx);
        if (!parted) {
            parted = true;
            ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> Farewell.say(ctx));
        }
        measure();
    }

    /** Whether the client reads as fast as it is written to. */
    boolean writable() {
        return ctx.channel().isWritable();
    }

    /** Whether so much waits for the client that it must not ask for more. */
    boolean full() {
        return unread > limits.outputBytes() / 4;
    }

    /** Whether more waits for the client than may wait for any. */
    boolean overfull() {
        measure();
        return unread > limits.outputBytes();
    }

    /** Lets a node's channel wait until the client has read. */
    void holdBack(UpstreamChannel channel) {
        heldBack = channel;
        channel.reading(false);
    }

    /** The client has read: what waited for it goes on. */
    void letGo() {
        UpstreamChannel channel = heldBack;
        if (channel != null) {
            heldBack = null;
            channel.reading(true);
        }
    }

    /** Takes a new look at how much the client has left unread. */
    void measure() {
        Channel channel = ctx.channel();
        // A closed channel is never writable, and says that it never will be.
        unread = channel.isWritable() || !channel.isActive() ? 0 : channel.bytesBeforeWritable();
        if (unread == 0) {
            unreadSince = 0;
        }
    }

    long unread() {
        return unread;
    }

    /**
     * Whether the client has too much left to read, or has read nothing for too long.
     *
     * @param now {@link System#nanoTime}; to be asked about every second at least
     */
    boolean tooSlow(long now) {
        long before = unread;
        boolean overfull = overfull();
        if (unread == 0) {
            return false;
        }
        if (unreadSince == 0 || unread < before) {
            unreadSince = now;
        }
        return overfull || now - unreadSince > limits.slowClientTimeout().toNanos();
    }

    void close() {
        letGo();
        gathered.close();
        ctx.close();
    }
}
