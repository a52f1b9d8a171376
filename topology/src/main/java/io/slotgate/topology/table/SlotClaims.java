package io.slotgate.topology.table;

import static io.slotgate.topology.model.SlotMap.SLOTS;

import io.slotgate.topology.model.NodeView;
import io.slotgate.topology.model.Observation.ClusterView;
import io.slotgate.topology.model.Role;
import io.slotgate.topology.model.SlotRange;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who owns each slot by the views at hand. Every line of a view claims slots for a node; of the claims to a slot the
 * one with the highest config epoch wins, as in the cluster itself
 * (<a href="https://valkey.io/topics/cluster-spec/">specification</a>, "Hash slots configuration propagation"). A claim
 * is void if its node does not itself claim the slot in a view that is at least as new: of a higher epoch, or of the
 * same epoch and not an earlier round. Claims of one epoch, which the cluster resolves by itself, are ordered by: the
 * node's own, the later round, the lower node id.
 */
final class SlotClaims {
    private final @Nullable String[] owner = new @Nullable String[SLOTS];
    private final long[] epoch = new long[SLOTS];
    private final long[] round = new long[SLOTS];
    private final boolean[] own = new boolean[SLOTS];

    private SlotClaims() {
        Arrays.fill(epoch, -1);
    }

    /**
     * Weighs the claims of all {@code views}, by id of the node asked, to slots of nodes in {@code present}; claims of
     * and for other nodes do not count.
     */
    static SlotClaims of(Map<String, ClusterView> views, Set<String> present) {
        Map<String, OwnClaim> ownClaims = new HashMap<>();
        views.forEach((id, view) -> {
            NodeView self = view.node(id);
            if (self != null) {
                ownClaims.put(id, new OwnClaim(self.epoch(), view.round(), slots(self)));
            }
        });
        SlotClaims claims = new SlotClaims();
        for (ClusterView view : views.values()) {
            if (present.contains(view.askedId())) {
                for (NodeView node : view.nodes()) {
                    if (node.role() == Role.PRIMARY && present.contains(node.id())) {
                        claims.add(view, node, ownClaims.get(node.id()));
                    }
                }
            }
        }
        return claims;
    }

    /** Id of the owner, {@code null} if nobody claims the slot. */
    @Nullable
    String owner(int slot) {
        return owner[slot];
    }

    /** Config epoch of the winning claim, -1 if nobody claims the slot. */
    long epoch(int slot) {
        return epoch[slot];
    }

    private void add(ClusterView view, NodeView node, @Nullable OwnClaim ownClaim) {
        boolean isOwn = view.askedId().equals(node.id());
        for (SlotRange range : node.slots()) {
            for (int slot = range.first(); slot <= range.last(); slot++) {
                if ((isOwn || ownClaim == null || !ownClaim.denies(slot, node.epoch(), view.round()))
                        && outranks(slot, node, view.round(), isOwn)) {
                    owner[slot] = node.id();
                    epoch[slot] = node.epoch();
                    round[slot] = view.round();
                    own[slot] = isOwn;
                }
            }
        }
    }

    private boolean outranks(int slot, NodeView node, long viewRound, boolean isOwn) {
        String present = owner[slot];
        if (present == null || node.epoch() != epoch[slot]) {
            return node.epoch() > epoch[slot];
        }
        if (isOwn != own[slot]) {
            return isOwn;
        }
        if (viewRound != round[slot]) {
            return viewRound > round[slot];
        }
        return node.id().compareTo(present) < 0;
    }

    private static BitSet slots(NodeView node) {
        BitSet slots = new BitSet(SLOTS);
        node.slots().forEach(range -> slots.set(range.first(), range.last() + 1));
        return slots;
    }

    /** What a node claims for itself. */
    private record OwnClaim(long epoch, long round, BitSet slots) {
        boolean denies(int slot, long claimedEpoch, long claimRound) {
            return !slots.get(slot) && (epoch > claimedEpoch || (epoch == claimedEpoch && round >= claimRound));
        }
    }
}
