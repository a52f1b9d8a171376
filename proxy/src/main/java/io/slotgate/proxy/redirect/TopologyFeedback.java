package io.slotgate.proxy.redirect;

import io.slotgate.topology.model.HostPort;

/** How a worker tells the topology what it met. Called on event loops: must not block. */
public interface TopologyFeedback {
    /** The node {@code from} said that {@code slot} belongs to {@code owner}. */
    void moved(int slot, HostPort owner, HostPort from);

    /** A connection to a node was lost or could not be made. */
    void unreachable(HostPort node);

    /** What is known of the cluster seems to be out of date. */
    void stale(String cause);
}
