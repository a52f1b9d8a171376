package io.slotgate.proxy.facade;

/** The door a client came through. */
public enum Listener {
    /** The client port: TLS, reads and writes go to primaries unless the client says READONLY. */
    CLIENT,
    /** The read port: TLS, reads go to replicas. */
    READ,
    /** The port without TLS; what it is told of the cluster is without TLS too. */
    PLAIN
}
