package io.slotgate.proxy.redirect;

import io.slotgate.topology.model.HostPort;

/** How a worker tells the topology what it met. Called on event loops: must not block. */
public interface TopologyFeedback {
    /** Tells nobody. */
    TopologyFeedback NONE = new TopologyFeedback() {
        @Override
        public void moved(int slot, HostPort owner, HostPort from) {}

        @Override
        public void unreachable(HostPort node) {}

        @Override
        public void silent(HostPort node) {}

        @Override
        public void stale(String cause) {}
    };

    /** The node {@code from} said that {@code slot} belongs to {@code owner}. */
    void moved(int slot, HostPort owner, HostPort from);

    /** A connection to a node was lost or could not be made. */
    void unreachable(HostPort node);

    /**
     * A connection to a node was lost that was ready.
     *
     * @param uncertain writes that were under way on it and of which nobody knows whether they were executed
     * @param resent commands that were under way on it and are sent again
     */
    default void lost(HostPort node, long uncertain, long resent) {}

    /** A node leaves commands unanswered; told again at short intervals as long as it does. */
    void silent(HostPort node);

    /** What is known of the cluster seems to be out of date. */
    void stale(String cause);

    /**
     * Commands were parked, and now none is any more.
     *
     * @param since when the first was, {@link System#nanoTime}
     * @param commands how many, 1 or more; one that was parked twice counts twice
     * @param expired how many of them were refused in the end
     */
    default void parked(long since, long commands, long expired) {}
}
