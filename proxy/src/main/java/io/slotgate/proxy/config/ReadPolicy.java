package io.slotgate.proxy.config;

/** Which reads may go to replicas. */
public enum ReadPolicy {
    /** None: everything goes to primaries. */
    PRIMARY,
    /** Those of sessions that said READONLY or came by the read port: a replica of our zone, else another one, else the primary. */
    READONLY_SESSIONS,
    /**
     * As {@link #READONLY_SESSIONS}, and all others as well where a replica is in our zone: their clients may then read what is
     * older than what they wrote.
     */
    PREFER_ZONE_REPLICA
}
