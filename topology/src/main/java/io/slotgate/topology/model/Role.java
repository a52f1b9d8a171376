package io.slotgate.topology.model;

/** What a node does in its shard; the cluster itself still says {@code master} and {@code slave} on the wire. */
public enum Role {
    /** Owns slots and takes writes. */
    PRIMARY,
    /** Follows a primary; serves reads to connections that said READONLY. */
    REPLICA
}
