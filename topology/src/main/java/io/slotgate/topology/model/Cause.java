package io.slotgate.topology.model;

import org.jspecify.annotations.Nullable;

/**
 * Why something is now known, or was done.
 *
 * @param kind what kind of news it was
 * @param from who told: a node's id or address, a member of the fleet; {@code null} where nobody did
 * @param text what there is to add, for people; may be empty
 */
public record Cause(Kind kind, @Nullable String from, String text) {
    /** Kinds of news. */
    public enum Kind {
        /** A node was asked. */
        PROBE,
        /** A node sent a command elsewhere. */
        REDIRECT,
        /** A connection to a node was lost or could not be made. */
        CONNECTION_LOST,
        /** A node left commands and a probe unanswered. */
        SILENT,
        /** Another proxy told. */
        FLEET,
        /** The proxy itself decided so. */
        PROXY,
        /** An operator wanted it. */
        OPERATOR
    }

    /** What the proxy itself did. */
    public static Cause proxy(String text) {
        return new Cause(Kind.PROXY, null, text);
    }

    /** What an operator wanted. */
    public static Cause operator(String text) {
        return new Cause(Kind.OPERATOR, null, text);
    }

    /** That another proxy told of what {@code told} is about. */
    public static Cause fleet(String member, Observation told) {
        return new Cause(Kind.FLEET, member, of(told).toString());
    }

    /** That a node answered neither commands nor a probe. */
    public static Cause silent(HostPort node) {
        return new Cause(Kind.SILENT, node.toString(), "");
    }

    /** What an observation is, if nobody knows better. */
    public static Cause of(Observation observation) {
        return switch (observation) {
            case Observation.ClusterView view -> new Cause(Kind.PROBE, view.askedId(), "");
            case Observation.Redirect redirect -> new Cause(Kind.REDIRECT,
                    redirect.from() == null ? null : redirect.from().toString(),
                    "slot " + redirect.slot() + " to " + redirect.owner());
            case Observation.NodeLost lost -> new Cause(Kind.CONNECTION_LOST, lost.address().toString(), "");
        };
    }

    @Override
    public String toString() {
        return kind + (from == null ? "" : " " + from) + (text.isEmpty() ? "" : ": " + text);
    }
}
