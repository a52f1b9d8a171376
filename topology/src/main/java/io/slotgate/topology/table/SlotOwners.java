package io.slotgate.topology.table;

import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Node;
import io.slotgate.topology.model.NodeView;
import org.jspecify.annotations.Nullable;

/** Who owns a slot by all evidence: a hint that still counts, else the winning claim of the views. */
final class SlotOwners {
    private SlotOwners() {}

    /** Id of the owner, a provisional one where only a redirect knows it; {@code null} if there is none. */
    static @Nullable String id(Evidence evidence, int slot) {
        Hint hint = evidence.standingHint(slot);
        if (hint == null) {
            return evidence.claims().owner(slot);
        }
        String id = evidence.census().at(hint.owner());
        return id == null ? Node.provisional(hint.owner()).id() : id;
    }

    /** Address of the owner, {@code null} if there is none. */
    static @Nullable HostPort address(Evidence evidence, int slot) {
        Hint hint = evidence.standingHint(slot);
        if (hint != null) {
            return hint.owner();
        }
        String id = evidence.claims().owner(slot);
        NodeView node = id == null ? null : evidence.census().node(id);
        return node == null ? null : node.address();
    }
}
