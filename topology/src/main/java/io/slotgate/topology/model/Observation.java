package io.slotgate.topology.model;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Something that was learned about the cluster, from whatever source; the topology table merges them. */
public sealed interface Observation {

    /**
     * The whole cluster as one node sees it.
     *
     * @param round number of the refresh that asked; grows with time, so that of two views of a node the later is known
     * @param askedId id of the node that answered; one of {@code nodes}
     * @param nodes every usable node it knows, itself included, ids distinct; nodes still in handshake or without an
     *        address are left out
     */
    record ClusterView(long round, String askedId, List<NodeView> nodes) implements Observation {
        public ClusterView {
            nodes = List.copyOf(nodes);
            Set<String> ids = new HashSet<>();
            for (NodeView node : nodes) {
                if (!ids.add(node.id())) {
                    throw new IllegalArgumentException("node id: " + node.id() + " (expected: once in a view)");
                }
            }
            if (!ids.contains(askedId)) {
                throw new IllegalArgumentException("asked node: " + askedId + " (expected: one of the view's nodes)");
            }
        }

        /** What is said about the node with this id, {@code null} if the view does not know it. */
        public @Nullable NodeView node(String id) {
            for (NodeView node : nodes) {
                if (node.id().equals(id)) {
                    return node;
                }
            }
            return null;
        }
    }

    /**
     * A node answered {@code MOVED}: it says that another node owns the slot.
     *
     * @param slot the slot, 0..16383
     * @param owner the owner it named, an empty host already replaced by that of the node that answered
     * @param from the node that answered, where known: lets a late answer of a former owner be told from news
     */
    record Redirect(int slot, HostPort owner, @Nullable HostPort from) implements Observation {
        public Redirect {
            SlotMap.checkSlot(slot);
        }

        public Redirect(int slot, HostPort owner) {
            this(slot, owner, null);
        }
    }

    /**
     * A node could not be reached, or cut its connection.
     *
     * @param address address the connection was for
     */
    record NodeLost(HostPort address) implements Observation {}
}
