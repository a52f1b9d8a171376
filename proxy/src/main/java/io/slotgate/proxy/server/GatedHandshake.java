package io.slotgate.proxy.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.slotgate.proxy.server.HandshakeState.AwaitingClient;
import io.slotgate.proxy.server.HandshakeState.Held;
import io.slotgate.proxy.server.HandshakeState.Over;
import io.slotgate.proxy.server.HandshakeState.Silent;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection from its accept to its session: keeps what the client sends away from the TLS engine until the gate
 * says it is this connection's turn. First in the pipeline until then:
 *
 * <pre>
 *   GatedHandshake ── SslHandler ── Outcome      (the latter two from the first bytes on)
 *                     SslHandler ── session      (after the handshake)
 * </pre>
 */
final class GatedHandshake extends ChannelInboundHandlerAdapter {
    private static final Logger log = LoggerFactory.getLogger(GatedHandshake.class);

    /** First byte of a TLS record that carries a handshake (RFC 8446, 5.1). */
    private static final int HANDSHAKE_RECORD = 22;
    /** A client that sends more before its turn isn't read meanwhile. */
    private static final int HELD_BYTES = 16 * 1024;

    private final HandshakeGate gate;
    private final Supplier<? extends ChannelHandler> tlsHandler;
    private final Supplier<? extends ChannelHandler> session;
    private final long deadline;

    private HandshakeState state = new Silent();
    private long silentSince;
    private boolean inputShutdown;
    private @Nullable ChannelHandlerContext ctx;

    GatedHandshake(HandshakeGate gate, Supplier<? extends ChannelHandler> tlsHandler,
            Supplier<? extends ChannelHandler> session, long deadline) {
        this.gate = gate;
        this.tlsHandler = tlsHandler;
        this.session = session;
        this.deadline = deadline;
    }

    /** When the gate gives it up, as of the gate's clock. */
    long deadline() {
        return deadline;
    }

    /** When it began to wait for the client's next flight. */
    long silentSince() {
        return silentSince;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
        gate.entered(this);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        switch (state) {
            case Silent silent -> {
                if (bytes.isReadable() && bytes.getUnsignedByte(bytes.readerIndex()) != HANDSHAKE_RECORD) {
                    bytes.release();
                    gate.counters().plainText++;
                    giveUp();
                } else {
                    hold(silent.bytes(bytes));
                }
            }
            case AwaitingClient awaiting -> hold(awaiting.bytes(bytes));
            case Held held -> {
                Held more = held.more(context.alloc(), bytes);
                state = more;
                if (more.bytes().readableBytes() >= HELD_BYTES) {
                    context.channel().config().setAutoRead(false);
                }
            }
            case Over over -> bytes.release();
        }
    }

    private void hold(Held held) {
        state = held;
        gate.ready(this, held.begun());
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        // The TLS handler hears of it when it gets the bytes.
    }

    /** The gate's call: gives the bytes held to the TLS engine, which works on them at once. */
    void turn(long now) {
        if (!(state instanceof Held held)) {
            throw new IllegalStateException("state: " + state + " (expected: Held)");
        }
        ChannelHandlerContext self = context();
        if (!held.begun()) {
            ChannelHandler tls = tlsHandler.get();
            self.pipeline().addLast(tls, new Outcome());
        }
        state = held.turn();
        silentSince = now;
        self.channel().config().setAutoRead(true);
        self.fireChannelRead(held.bytes());
        self.fireChannelReadComplete();
        if (inputShutdown) {
            if (state instanceof Over) {
                self.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
            } else {
                fail();
            }
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            // Only commands may lie behind the last flight of a handshake: everything else is a client that left.
            if (state instanceof Held held && held.begun()) {
                inputShutdown = true;
            } else {
                fail();
            }
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        log.atDebug().addKeyValue("client", context.channel().remoteAddress()).setCause(cause)
                .log("Connection lost before its TLS handshake was done");
        fail();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        fail();
        context.fireChannelInactive();
    }

    private void fail() {
        // Who leaves without a word, as health checks do, has failed at nothing.
        if (!(state instanceof Over || state instanceof Silent)) {
            gate.counters().failed++;
        }
        giveUp();
    }

    /** Closes the connection whatever its state. */
    void giveUp() {
        if (!(state instanceof Over)) {
            state.abandon();
            state = new Over();
            gate.left(this);
            context().close();
        }
    }

    private ChannelHandlerContext context() {
        ChannelHandlerContext added = ctx;
        if (added == null) {
            throw new IllegalStateException("not in a pipeline");
        }
        return added;
    }

    /** Behind the TLS handler while it has no session to speak to: takes its verdict. */
    private final class Outcome extends ChannelInboundHandlerAdapter {
        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof SslHandshakeCompletionEvent completion && !(state instanceof Over)) {
                if (completion.isSuccess()) {
                    succeed(context);
                } else {
                    log.atDebug().addKeyValue("client", context.channel().remoteAddress())
                            .setCause(completion.cause()).log("TLS handshake failed");
                    gate.counters().failed++;
                    state = new Over();
                    // The TLS handler sends its alert and closes the connection.
                    gate.left(GatedHandshake.this);
                }
            }
        }

        private void succeed(ChannelHandlerContext context) {
            gate.counters().finished++;
            state = new Over();
            gate.left(GatedHandshake.this);
            ChannelPipeline pipeline = context.pipeline();
            pipeline.remove(GatedHandshake.this);
            pipeline.addLast(session.get());
            context.fireChannelActive();
            pipeline.remove(this);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (!(cause instanceof DecoderException)) {
                log.atError().addKeyValue("client", context.channel().remoteAddress()).setCause(cause)
                        .log("Session could not be started");
                context.close();
            }
            // The TLS handler's own failures came as an event before.
        }
    }
}
