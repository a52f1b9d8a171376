package io.slotgate.topology.history;

import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Node;

/**
 * A node as an event names it: by then it may be gone from the map.
 *
 * @param id cluster node id, or a provisional one while only a redirect has named the node
 * @param address where it was reached
 */
public record NodeName(String id, HostPort address) {
    static NodeName of(Node node) {
        return new NodeName(node.id(), node.address());
    }

    /** A node that only a redirect has named has no id yet, but an address. */
    boolean isSame(NodeName other) {
        return id.equals(other.id) || address.equals(other.address);
    }

    @Override
    public String toString() {
        return address.toString();
    }
}
