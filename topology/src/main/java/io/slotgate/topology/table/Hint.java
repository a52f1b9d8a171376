package io.slotgate.topology.table;

import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.NodeView;
import io.slotgate.topology.model.Observation.ClusterView;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a redirect said about a slot. It is newer than every view at hand, but carries no config epoch, so it counts as
 * a claim of the epoch that held the slot when it came, or of that of the node it named if that was higher, for by its own epoch a
 * node owns all its slots. It ends, for good, as soon as better evidence is there:
 *
 * <ul>
 * <li>a claim of a higher epoch for another node: the cluster has decided since. What others say of the node that sent the redirect
 * does not count: its epoch may have risen for other slots while they have not heard yet that this one went. If it has got the slot
 * back, a view of its own, asked for after the redirect, says so, or a redirect of the node that was named;
 * <li>the hinted node's own view, asked for after the redirect, does not list the slot. A view of the very next round
 * does not count: it may have been under way when the redirect came;
 * <li>{@value #LIFETIME_ROUNDS} rounds have passed.
 * </ul>
 *
 * Views that still tell the old owner do not move the slot back in the meantime.
 *
 * @param owner the address the redirect named
 * @param from the node that answered with it, where known
 * @param epoch config epoch of the slot's owner when it came, -1 for a slot without one, or that of the named node
 * @param round the newest round of which a view was known then
 */
record Hint(HostPort owner, @Nullable HostPort from, long epoch, long round) {
    static final int LIFETIME_ROUNDS = 8;

    /**
     * Whether the hint still counts.
     *
     * @param claims what views say
     * @param ownerId id of the hinted node, if it is known
     * @param fromId id of the node that answered with the redirect, if it is known
     * @param views latest view of every node asked, by its id
     */
    boolean stands(int slot, SlotClaims claims, @Nullable String ownerId, @Nullable String fromId,
            Map<String, ClusterView> views, long newestRound) {
        if (newestRound - round >= LIFETIME_ROUNDS) {
            return false;
        }
        String claimant = claims.owner(slot);
        if (claims.epoch(slot) > epoch && claimant != null && !claimant.equals(ownerId)) {
            boolean hearsay = claimant.equals(fromId) && !saysSo(slot, claimant, views, true);
            if (!hearsay) {
                return false;
            }
        }
        return ownerId == null || !saysSo(slot, ownerId, views, false);
    }

    /** Whether a node itself, asked after the redirect came, has told that it owns the slot, or that it does not. */
    private boolean saysSo(int slot, String id, Map<String, ClusterView> views, boolean owns) {
        ClusterView view = views.get(id);
        if (view == null || view.round() <= round + 1) {
            return false;
        }
        NodeView self = view.node(id);
        return owns == (self != null && self.owns(slot));
    }
}
