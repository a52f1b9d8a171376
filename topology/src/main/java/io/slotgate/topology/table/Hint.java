package io.slotgate.topology.table;

import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.NodeView;
import io.slotgate.topology.model.Observation.ClusterView;
import org.jspecify.annotations.Nullable;

/**
 * What a redirect said about a slot. It is newer than every view at hand, but carries no config epoch, so it counts as
 * a claim of the epoch that held the slot when it came, and ends, for good, as soon as better evidence is there:
 *
 * <ul>
 * <li>a claim of a higher epoch: the cluster has decided since (also where it decided for the hinted node);
 * <li>the hinted node's own view, asked for after the redirect, does not list the slot. A view of the very next round
 * does not count: it may have been under way when the redirect came;
 * <li>{@value #LIFETIME_ROUNDS} rounds have passed and no view has confirmed it.
 * </ul>
 *
 * Views that still tell the old owner under the old epoch do not move the slot back in the meantime.
 *
 * @param owner the address the redirect named
 * @param epoch config epoch of the slot's owner when it came, -1 for a slot without one
 * @param round the newest round of which a view was known then
 */
record Hint(HostPort owner, long epoch, long round) {
    static final int LIFETIME_ROUNDS = 8;

    /**
     * Whether the hint still counts.
     *
     * @param claimEpoch config epoch of the best claim to the slot, -1 if there is none
     * @param ownView latest view of the hinted node itself, if it is known and was asked
     */
    boolean stands(int slot, long claimEpoch, long newestRound, @Nullable ClusterView ownView) {
        if (claimEpoch > epoch || newestRound - round >= LIFETIME_ROUNDS) {
            return false;
        }
        if (ownView == null || ownView.round() <= round + 1) {
            return true;
        }
        NodeView self = ownView.node(ownView.askedId());
        return self != null && self.owns(slot);
    }
}
