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
        /** What changes, for clients that cache. */
        TRACKING,
        /** What has to get through while a script keeps the node busy. */
        ASIDE,
        /** Reads of all sessions, pipelined, to a node as a replica (READONLY). */
        REPLICA,
        /** What a node does, for one session. */
        MONITOR,
        /** Nothing but AUTH, to check passwords. */
        AUTH
    }

    /** Whether commands of many sessions travel on it, so that none of them may hold it up. */
    public boolean isShared() {
        return lane == Lane.SHARED || lane == Lane.REPLICA;
    }

    /** Whether commands that fit in memory go by it one behind the other, so that several workers can share a connection. */
    boolean isPipelined() {
        return isShared() || lane == Lane.ASIDE || lane == Lane.AUTH;
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
