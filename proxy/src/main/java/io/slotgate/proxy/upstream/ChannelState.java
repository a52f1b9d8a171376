package io.slotgate.proxy.upstream;

import io.netty.channel.ChannelHandlerContext;

/**
 * Where a channel to a node stands.
 *
 * <pre>
 *   Idle ──> Connecting ──> Greeting ──> Ready
 *    ^           │              │          │
 *    │           └──────┬───────┴──────────┘ refused, lost, cut
 *    │                  v
 *    │               Waiting ──> Connecting   while the node is wanted
 *    └──────────────────┘                     when it is not
 *   Closed: from anywhere, for good
 * </pre>
 */
sealed interface ChannelState {
    /** Nobody has needed it yet. */
    record Idle() implements ChannelState {
        Connecting connect(int attempt) {
            return new Connecting(attempt);
        }
    }

    /** The connection is being made, the {@code attempt}-th since it last was there. */
    record Connecting(int attempt) implements ChannelState {
        Greeting connected(ChannelHandlerContext context) {
            return new Greeting(context, attempt);
        }

        Waiting failed() {
            return new Waiting(attempt);
        }
    }

    /** Connected; the node has yet to accept who we are and which protocol we speak. */
    record Greeting(ChannelHandlerContext context, int attempt) implements ChannelState {
        Ready accepted(long now) {
            return new Ready(context, now);
        }

        Waiting lost() {
            return new Waiting(attempt);
        }
    }

    /** Commands can be sent, and could be ever {@code since}, {@link System#nanoTime}. */
    record Ready(ChannelHandlerContext context, long since) implements ChannelState {
        Waiting lost() {
            return new Waiting(0);
        }
    }

    /** Lost or refused; the next attempt comes after a pause. */
    record Waiting(int attempt) implements ChannelState {
        Connecting again() {
            return new Connecting(attempt + 1);
        }
    }

    /** Not to be used again. */
    record Closed() implements ChannelState {}

    Idle IDLE = new Idle();
    Closed CLOSED = new Closed();
}
