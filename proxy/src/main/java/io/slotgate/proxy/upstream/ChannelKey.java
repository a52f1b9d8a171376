package io.slotgate.proxy.upstream;

import io.slotgate.topology.model.HostPort;

/**
 * What makes a channel one and not another: sessions that differ in any of this must not share it.
 *
 * @param node where it leads
 * @param protocol RESP version of the replies, 2 or 3
 * @param lane what travels on it
 * @param number tells lanes of the same kind apart
 */
public record ChannelKey(HostPort node, int protocol, Lane lane, int number) {
    /** Kinds of traffic that must not stand in each other's way. */
    public enum Lane {
        /** Everything that fits in memory, of all sessions, pipelined. */
        SHARED,
        /** One value at a time that is streamed through. */
        BULK,
        /** One session's alone for a while: {@link Leases}. */
        LEASED,
        /** Subscriptions and the messages they bring. */
        PUBSUB,
        /** What has to get through while a script keeps the node busy. */
        ASIDE
    }

    static ChannelKey shared(HostPort node, int protocol) {
        return new ChannelKey(node, protocol, Lane.SHARED, 0);
    }

    static ChannelKey aside(HostPort node, int protocol) {
        return new ChannelKey(node, protocol, Lane.ASIDE, 0);
    }

    public ChannelKey {
        if (protocol != 2 && protocol != 3) {
            throw new IllegalArgumentException("protocol: " + protocol + " (expected: 2 or 3)");
        }
    }
}
