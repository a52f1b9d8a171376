package io.slotgate.proxy.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * Where a connection is on its way to a session.
 *
 * <pre>
 *            bytes            turn                     handshake done
 *   Silent ─────────> Held ─────────> AwaitingClient ────────────────> Over
 *                      ^   begun=true       │
 *                      └────────────────────┘
 *                              bytes
 * </pre>
 *
 * Every state ends in {@code Over} when the client leaves, fails or is too late.
 */
sealed interface HandshakeState {
    /** Nothing came from the client yet; it holds no TLS engine. */
    record Silent() implements HandshakeState {
        Held bytes(ByteBuf bytes) {
            return new Held(bytes, false);
        }
    }

    /**
     * The client's bytes wait for their turn.
     *
     * @param bytes owned by this state
     * @param begun whether a TLS engine has seen earlier ones
     */
    record Held(ByteBuf bytes, boolean begun) implements HandshakeState {
        Held more(ByteBufAllocator allocator, ByteBuf next) {
            ByteBuf joined = allocator.compositeBuffer().addFlattenedComponents(true, bytes)
                    .addFlattenedComponents(true, next);
            return new Held(joined, begun);
        }

        AwaitingClient turn() {
            return new AwaitingClient();
        }
    }

    /** The TLS engine has all there is and the client's next flight is awaited. */
    record AwaitingClient() implements HandshakeState {
        Held bytes(ByteBuf bytes) {
            return new Held(bytes, true);
        }
    }

    /** The session has taken over, or the connection is gone. */
    record Over() implements HandshakeState {}

    /** Gives back what the state owns. */
    default void abandon() {
        if (this instanceof Held held) {
            held.bytes().release();
        }
    }
}
