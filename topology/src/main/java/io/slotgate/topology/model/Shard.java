package io.slotgate.topology.model;

import java.util.List;

/**
 * A primary and the replicas that follow it.
 *
 * @param id stable over failovers where the cluster tells shard ids, else the primary's node id
 * @param primary the node that owns the shard's slots
 * @param replicas nodes that follow the primary, in order of their ids; may be empty
 */
public record Shard(String id, Node primary, List<Node> replicas) {
    public Shard {
        if (id.isBlank()) {
            throw new IllegalArgumentException("shard id: '" + id + "' (expected: not blank)");
        }
        if (primary.role() != Role.PRIMARY) {
            throw new IllegalArgumentException("primary of shard " + id + ": " + primary + " (expected: role PRIMARY)");
        }
        replicas = List.copyOf(replicas);
        for (Node replica : replicas) {
            if (replica.role() != Role.REPLICA) {
                throw new IllegalArgumentException(
                        "replica of shard " + id + ": " + replica + " (expected: role REPLICA)");
            }
        }
    }
}
