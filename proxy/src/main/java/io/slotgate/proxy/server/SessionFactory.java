package io.slotgate.proxy.server;

import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.socket.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * Makes the handler that speaks with one client. It becomes the last handler of the pipeline when the client can be
 * spoken with: at once without TLS, after the handshake with it; a connection that never gets there costs no session.
 *
 * <p>
 * The handler is added on the worker, gets {@code channelActive} exactly once and before any byte, and has to
 * <ul>
 * <li>answer what is pending and then close on {@link io.netty.channel.socket.ChannelInputShutdownEvent}: channels allow
 * half-closure, so that a client may shut down its writing side behind its last command and still read the replies;
 * nothing closes the channel but the session</li>
 * <li>close on {@link io.netty.handler.ssl.SslCloseCompletionEvent}: after a client's {@code close_notify} TLS takes no
 * more replies, whatever is pending (RFC 5246, 7.2.1; BoringSSL's engine keeps to it for TLS 1.3 too)</li>
 * <li>take {@code exceptionCaught} for everything that happens to the connection, TLS errors included</li>
 * <li>set the channel's write buffer water marks as it needs them</li>
 * </ul>
 * A {@code RecvByteBufAllocator} it sets has an effect without TLS only: Netty asks for it at the first read, which with
 * TLS belongs to the handshake.
 */
@FunctionalInterface
public interface SessionFactory {
    /**
     * Makes one session's handler; on the worker.
     *
     * @param channel the client's connection; with TLS {@link TlsContexts#serverName} tells which name it asked for
     * @param kind the listener it came in by
     * @param worker the event loop it belongs to
     */
    ChannelHandler newSession(SocketChannel channel, ListenerKind kind, EventLoop worker);

    /**
     * Handshakes are done between this turn of the worker and the next: a step takes as long as dozens of commands. On the worker.
     */
    default void handshakesFollow(EventLoop worker) {}

    /** Where connections of a worker read to, from the first byte on; null for Netty's own choice. Any thread. */
    default @Nullable RecvByteBufAllocator receiveBuffers(EventLoop worker) {
        return null;
    }
}
