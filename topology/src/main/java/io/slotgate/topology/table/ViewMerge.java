package io.slotgate.topology.table;

import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.NodeView;
import io.slotgate.topology.model.Observation.ClusterView;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Adds a node's view. Of each node the view of its latest round is kept; views without any slot owner (of a node that
 * was reset, or has not met the others yet) tell nothing about the cluster and are left out.
 */
final class ViewMerge {
    private ViewMerge() {}

    static Evidence merge(Evidence old, ClusterView view) {
        if (view.nodes().stream().allMatch(node -> node.slots().isEmpty())) {
            return old;
        }
        SortedMap<String, ClusterView> views = new TreeMap<>(old.views());
        views.merge(view.askedId(), view, ViewMerge::later);
        long newest = Math.max(old.newestRound(), view.round());
        views.values().removeIf(kept -> kept.round() <= newest - Evidence.KEPT_ROUNDS);

        return views.equals(old.views()) ? old : dropWhatEnded(old.withViews(views));
    }

    private static Evidence dropWhatEnded(Evidence evidence) {
        SortedMap<Integer, Hint> hints = new TreeMap<>(evidence.hints());
        hints.keySet().removeIf(slot -> evidence.standingHint(slot) == null);
        Map<HostPort, Long> losses = new HashMap<>(evidence.losses());
        losses.keySet().removeIf(address -> {
            String id = evidence.census().at(address);
            return id == null || !evidence.isLost(id, address);
        });
        return evidence.withHints(hints).withLosses(losses);
    }

    /**
     * Two views of one node and round are one view told twice, or one is of another proxy: that of the higher epochs is the
     * later one, and between equals any fixed choice will do.
     */
    private static ClusterView later(ClusterView a, ClusterView b) {
        if (a.round() != b.round()) {
            return a.round() > b.round() ? a : b;
        }
        if (highestEpoch(a) != highestEpoch(b)) {
            return highestEpoch(a) > highestEpoch(b) ? a : b;
        }
        return a.toString().compareTo(b.toString()) >= 0 ? a : b;
    }

    private static long highestEpoch(ClusterView view) {
        return view.nodes().stream().mapToLong(NodeView::epoch).max().orElse(0);
    }
}
