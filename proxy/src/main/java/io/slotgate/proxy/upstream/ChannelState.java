package io.slotgate.proxy.upstream;

import io.netty.channel.Channel;

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
        Greeting connected(Channel channel) {
            return new Greeting(channel, attempt);
        }

        Waiting failed() {
            return new Waiting(attempt);
        }
    }

    /** Connected; the node has yet to accept who we are and which protocol we speak. */
    record Greeting(Channel channel, int attempt) implements ChannelState {
        Ready accepted() {
            return new Ready(channel);
        }

        Waiting lost() {
            return new Waiting(attempt);
        }
    }

    /** Commands can be sent. */
    record Ready(Channel channel) implements ChannelState {
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
