package io.slotgate.proxy.config;

/** How the members of a fleet find each other. */
public enum FleetDiscovery {
    /** Not at all: there is one. */
    NONE,
    /** By the addresses of some. */
    STATIC,
    /** By the addresses of a name. */
    DNS,
    /** By those of a headless service of Kubernetes, which is a name, too. */
    KUBERNETES
}
