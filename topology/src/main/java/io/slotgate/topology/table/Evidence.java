package io.slotgate.topology.table;

import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.NodeView;
import io.slotgate.topology.model.Observation;
import io.slotgate.topology.model.Observation.ClusterView;
import io.slotgate.topology.model.Observation.NodeLost;
import io.slotgate.topology.model.Observation.Redirect;
import io.slotgate.topology.model.SlotMap;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Everything learned that still counts, as an immutable value. Evidence is only collected, and the map is a function of
 * all of it; that is why views can be merged in any order and any number of times:
 *
 * <pre>
 *   Observation --merge--> Evidence --assemble--> SlotMap
 *                          latest view of each node asked   who there is (Census), who owns what (SlotClaims)
 *                          hints of redirects               outrank claims of the same epoch
 *                          losses                           mark nodes until they answer again
 * </pre>
 *
 * Views older than {@value #KEPT_ROUNDS} rounds are dropped: that is time enough for every node of a large cluster to be
 * asked again.
 */
final class Evidence {
    static final int KEPT_ROUNDS = 1024;
    static final Evidence NONE = new Evidence(new TreeMap<>(), new TreeMap<>(), Map.of());

    private final SortedMap<String, ClusterView> views;
    private final Map<String, NodeDetails> details;
    private final SortedMap<Integer, Hint> hints;
    private final Map<HostPort, Long> losses;
    private final long newestRound;
    private final Census census;
    private final SlotClaims claims;

    private Evidence(SortedMap<String, ClusterView> views, SortedMap<Integer, Hint> hints,
            Map<HostPort, Long> losses) {
        this.views = views;
        this.details = details(views.values());
        this.hints = hints;
        this.losses = losses;
        this.newestRound = views.values().stream().mapToLong(ClusterView::round).max().orElse(0);
        this.census = new Census(views.values(), newestRound);
        this.claims = SlotClaims.of(views, census.ids());
    }

    private Evidence(Evidence views, SortedMap<Integer, Hint> hints, Map<HostPort, Long> losses) {
        this.views = views.views;
        this.details = views.details;
        this.hints = hints;
        this.losses = losses;
        this.newestRound = views.newestRound;
        this.census = views.census;
        this.claims = views.claims;
    }

    /** This evidence and one observation more; the same object if it tells nothing new. Pure. */
    Evidence merge(Observation observation) {
        return switch (observation) {
            case ClusterView view -> ViewMerge.merge(this, view);
            case Redirect redirect -> RedirectMerge.merge(this, redirect);
            case NodeLost lost -> LossMerge.merge(this, lost);
        };
    }

    /** The map that follows, of version 0. Pure. */
    SlotMap assemble() {
        return new SlotMapAssembly(this).assemble();
    }

    Evidence withViews(SortedMap<String, ClusterView> newViews) {
        return new Evidence(newViews, hints, losses);
    }

    Evidence withHints(SortedMap<Integer, Hint> newHints) {
        return new Evidence(this, newHints, losses);
    }

    Evidence withLosses(Map<HostPort, Long> newLosses) {
        return new Evidence(this, hints, newLosses);
    }

    private static Map<String, NodeDetails> details(Collection<ClusterView> views) {
        Map<String, NodeDetails> details = new HashMap<>();
        for (ClusterView view : views) {
            for (NodeView node : view.nodes()) {
                details.merge(node.id(), NodeDetails.of(view.round(), node), NodeDetails::latest);
            }
        }
        return details;
    }

    /** Latest view of every node asked, by its id. */
    SortedMap<String, ClusterView> views() {
        return views;
    }

    Collection<ClusterView> allViews() {
        return views.values();
    }

    /** Zone and shard of a node as last told by any view at hand. */
    NodeDetails details(String nodeId) {
        return details.getOrDefault(nodeId, NodeDetails.NONE);
    }

    /** Hints by slot. */
    SortedMap<Integer, Hint> hints() {
        return hints;
    }

    /** Newest round known when the connection to an address was lost. */
    Map<HostPort, Long> losses() {
        return losses;
    }

    long newestRound() {
        return newestRound;
    }

    Census census() {
        return census;
    }

    SlotClaims claims() {
        return claims;
    }

    /** The hint for {@code slot} if there is one and it still counts. */
    @Nullable
    Hint standingHint(int slot) {
        Hint hint = hints.get(slot);
        if (hint == null) {
            return null;
        }
        HostPort from = hint.from();
        return hint.stands(slot, claims, census.at(hint.owner()), from == null ? null : census.at(from), views,
                newestRound) ? hint : null;
    }

    /** Whether we lost the node's connection and it has not answered a probe of a later round. */
    boolean isLost(String nodeId, HostPort address) {
        Long lostIn = losses.get(address);
        ClusterView ownView = views.get(nodeId);
        return lostIn != null && (ownView == null || ownView.round() <= lostIn);
    }
}
