package io.slotgate.topology.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a node is, as far as probes tell. Nodes are asked in turn, so {@code lastAnswer} says how old it is.
 *
 * @param address as the slot map has it
 * @param connected whether the connection that probes use stands; it is closed when a node of a large cluster is not asked
 *        for some rounds
 * @param probeMicros microseconds that the last probe took until the first answer, -1 before any
 * @param meanProbeMicros moving average of it, of which the last probe is a fifth; -1 before any
 * @param lastAnswer when it last answered a probe, {@code null} if it never did
 * @param failure why its last probe failed, {@code null} if it did not
 * @param figures of its last answer, {@code null} if it never told any
 * @param lagBytes of a replica, by how much of its primary's stream of writes it is behind, as the primary sees it; -1 where
 *        that is not known, or the primary does not have it
 * @param lagMillis of a replica, how long ago its primary had no more than it has now; known to a second, and only while
 *        replicas are read from, -1 otherwise
 */
public record NodeHealth(
        HostPort address,
        boolean connected,
        long probeMicros,
        long meanProbeMicros,
        @Nullable Instant lastAnswer,
        @Nullable String failure,
        @Nullable NodeFigures figures,
        long lagBytes,
        long lagMillis) {}
