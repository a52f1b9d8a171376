package io.slotgate.topology.model;

/** How well a node is, as far as the cluster and we ourselves can tell; from best to worst. */
public enum Health {
    /** Nothing speaks against sending commands there. */
    UP,
    /** Reachable, but its data set is not there yet: a replica that has not synchronised ({@code CLUSTER SHARDS}). */
    LOADING,
    /**
     * Another node suspects it ({@code fail?}, PFAIL), or we could not reach it and it has not answered since, or the
     * nodes asked last do not know it.
     */
    SUSPECTED,
    /** A majority of primaries agreed that it failed ({@code fail}, FAIL). */
    FAILED
}
