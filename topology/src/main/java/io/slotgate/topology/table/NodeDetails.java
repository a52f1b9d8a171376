package io.slotgate.topology.table;

import io.slotgate.topology.model.NodeView;
import org.jspecify.annotations.Nullable;

/**
 * What hardly changes of a node and not every view tells: mostly only the node itself.
 *
 * @param zone availability zone, where told
 * @param shardId shard id, where told
 */
record NodeDetails(@Nullable Dated zone, @Nullable Dated shardId) {
    static final NodeDetails NONE = new NodeDetails(null, null);

    /** What a view of this round says. */
    static NodeDetails of(long round, NodeView node) {
        return new NodeDetails(Dated.of(round, node.zone()), Dated.of(round, node.shardId()));
    }

    /** The later of each. */
    static NodeDetails latest(NodeDetails a, NodeDetails b) {
        return new NodeDetails(Dated.latest(a.zone, b.zone), Dated.latest(a.shardId, b.shardId));
    }

    @Nullable
    String zoneName() {
        return zone == null ? null : zone.value;
    }

    @Nullable
    String shardName() {
        return shardId == null ? null : shardId.value;
    }

    /** A value and the round of the view that told it; within a round the greater value counts, to be the same everywhere. */
    record Dated(long round, String value) {
        static @Nullable Dated of(long round, @Nullable String value) {
            return value == null ? null : new Dated(round, value);
        }

        static @Nullable Dated latest(@Nullable Dated a, @Nullable Dated b) {
            if (a == null || b == null) {
                return a == null ? b : a;
            }
            if (a.round != b.round) {
                return a.round > b.round ? a : b;
            }
            return a.value.compareTo(b.value) >= 0 ? a : b;
        }
    }
}
