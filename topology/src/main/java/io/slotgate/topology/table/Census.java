package io.slotgate.topology.table;

import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.NodeView;
import io.slotgate.topology.model.NodeView.Flag;
import io.slotgate.topology.model.Observation.ClusterView;
import io.slotgate.topology.model.Role;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which nodes there are, and what is said of each, by the views of the last two rounds. One round would not do: until
 * its other views are in, it may be a single node's word.
 */
final class Census {
    /** Of two lines about a node: the later round, then the node's own, then the higher epoch, then the lower id asked. */
    private static final Comparator<Line> BEST_LAST = Comparator.<Line>comparingLong(line -> line.view.round())
            .thenComparing(line -> line.view.askedId().equals(line.node.id()))
            .thenComparingLong(line -> line.node.epoch())
            .thenComparing(line -> line.view.askedId(), Comparator.reverseOrder());

    private final SortedMap<String, Line> best = new TreeMap<>();
    private final Map<String, Set<Flag>> flags = new HashMap<>();
    private final Set<String> inNewestRound = new HashSet<>();
    private final Map<String, Boolean> loading = new HashMap<>();
    private final Map<String, Long> epochs = new HashMap<>();
    private final Map<HostPort, String> addresses = new HashMap<>();

    /** Counts by {@code views}, one of each node that was asked: by those of {@code newestRound} and of the round before. */
    Census(Collection<ClusterView> views, long newestRound) {
        List<ClusterView> recentViews = views.stream().filter(view -> view.round() >= newestRound - 1).toList();
        Set<String> isolated = isolated(recentViews);
        for (ClusterView view : recentViews) {
            boolean cutOff = isolated.contains(view.askedId());
            for (NodeView node : view.nodes()) {
                best.merge(node.id(), new Line(view, node), (a, b) -> BEST_LAST.compare(a, b) >= 0 ? a : b);
                if (!cutOff) {
                    flags.computeIfAbsent(node.id(), id -> EnumSet.noneOf(Flag.class)).addAll(node.flags());
                }
                if (view.round() == newestRound) {
                    inNewestRound.add(node.id());
                }
                loading.merge(node.id(), node.flags().contains(Flag.LOADING), Boolean::logicalAnd);
            }
        }
        views.forEach(this::noteEpochs);
        best.keySet().stream().filter(id -> !has(id, Flag.FAILED)).forEach(this::indexAddresses);
        best.keySet().stream().filter(id -> has(id, Flag.FAILED)).forEach(this::indexAddresses);
    }

    /**
     * Nodes that most of several others can't reach: what these can't reach in turn may well be there, for they may be on the
     * small side of a partition, and a single one would make all others look ill.
     */
    private static Set<String> isolated(Collection<ClusterView> views) {
        Map<String, Integer> doubts = new HashMap<>();
        for (ClusterView view : views) {
            for (NodeView node : view.nodes()) {
                boolean doubted = node.flags().contains(Flag.SUSPECTED) || node.flags().contains(Flag.FAILED);
                if (doubted && !node.id().equals(view.askedId())) {
                    doubts.merge(node.id(), 1, Integer::sum);
                }
            }
        }
        int others = views.size() - 1;
        doubts.values().removeIf(count -> others < 2 || 2 * count <= others);
        return doubts.keySet();
    }

    /** Epochs only rise: a lower one in later views is of nodes that have not heard of the higher one. */
    private void noteEpochs(ClusterView view) {
        for (NodeView node : view.nodes()) {
            if (node.role() == Role.PRIMARY) {
                epochs.merge(node.id(), node.epoch(), Math::max);
            }
        }
    }

    /** Ids of all nodes, in order. */
    Set<String> ids() {
        return best.keySet();
    }

    /** The best line about a node, {@code null} for a node that is not there. */
    @Nullable
    NodeView node(String id) {
        Line line = best.get(id);
        return line == null ? null : line.node;
    }

    /** Whether any line about the node has the flag, but for those of nodes that are isolated themselves. */
    boolean has(String id, Flag flag) {
        return flags.getOrDefault(id, Set.of()).contains(flag);
    }

    /**
     * Whether no view of the newest round lists the node: it was removed, or is so new that those asked have not heard of
     * it yet. The next round tells.
     */
    boolean isFading(String id) {
        return !inNewestRound.contains(id);
    }

    /** Whether every line about the node says that it is loading; that it has loaded spreads from node to node. */
    boolean isLoading(String id) {
        return loading.getOrDefault(id, false);
    }

    /** Highest config epoch of the node as a primary by any view at hand, 0 if it is none. */
    long epoch(String id) {
        return epochs.getOrDefault(id, 0L);
    }

    /** Id of the node with this address or alias; a failed node only where no other has it. */
    @Nullable
    String at(HostPort address) {
        return addresses.get(address);
    }

    /** Every address and alias with the node it leads to. */
    Map<HostPort, String> addresses() {
        return addresses;
    }

    private void indexAddresses(String id) {
        NodeView node = node(id);
        if (node != null) {
            addresses.putIfAbsent(node.address(), id);
            node.aliases().forEach(alias -> addresses.putIfAbsent(alias, id));
        }
    }

    private record Line(ClusterView view, NodeView node) {}
}
