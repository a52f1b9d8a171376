package io.slotgate.topology.table;

import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Observation.Redirect;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Turns a redirect into a {@link Hint} for its slot, which replaces an earlier one. Two kinds say nothing new and
 * change nothing: the named owner is the owner already (one of many commands that were on the way when the slot moved),
 * and the answer came from a node that is not the slot's owner any more (an earlier owner that tells of an earlier
 * move).
 */
final class RedirectMerge {
    private RedirectMerge() {}

    static Evidence merge(Evidence old, Redirect redirect) {
        int slot = redirect.slot();
        HostPort ownerNow = SlotOwners.address(old, slot);
        if (ownerNow != null && (sameNode(old, redirect.owner(), ownerNow) || isLate(old, redirect.from(), ownerNow))) {
            return old;
        }
        SortedMap<Integer, Hint> hints = new TreeMap<>(old.hints());
        String named = old.census().at(redirect.owner());
        long epoch = Math.max(old.claims().epoch(slot), named == null ? -1 : old.census().epoch(named));
        hints.put(slot, new Hint(redirect.owner(), redirect.from(), epoch, old.newestRound()));
        return old.withHints(hints);
    }

    /** A replica of the owner knows as much as the owner; any other known node was asked by an older map. */
    private static boolean isLate(Evidence evidence, @Nullable HostPort from, HostPort ownerNow) {
        if (from == null || sameNode(evidence, from, ownerNow)) {
            return false;
        }
        String fromId = evidence.census().at(from);
        var fromNode = fromId == null ? null : evidence.census().node(fromId);
        return fromNode != null
                && (fromNode.primaryId() == null || !fromNode.primaryId().equals(evidence.census().at(ownerNow)));
    }

    private static boolean sameNode(Evidence evidence, HostPort a, HostPort b) {
        String id = evidence.census().at(a);
        return a.equals(b) || (id != null && id.equals(evidence.census().at(b)));
    }
}
