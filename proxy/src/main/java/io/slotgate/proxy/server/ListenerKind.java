package io.slotgate.proxy.server;

/** What a listener is for. */
public enum ListenerKind {
    /** Any command, over TLS. */
    CLIENT,
    /** As {@link #CLIENT}, but its sessions read from replicas. */
    READ,
    /** Any command, without TLS. */
    PLAIN;

    boolean tls() {
        return this != PLAIN;
    }

    /** Its place in the configuration. */
    String path() {
        return switch (this) {
            case CLIENT -> "listen.client";
            case READ -> "listen.read";
            case PLAIN -> "listen.plain";
        };
    }
}
