package io.slotgate.topology.model;

import org.jspecify.annotations.Nullable;

/**
 * One server of the cluster.
 *
 * @param id cluster node id (40 hexadecimal characters), or {@link #provisional} for a node known by address only
 * @param address where to connect: the endpoint the cluster prefers, else the announced address
 * @param role what it does in its shard
 * @param zone availability zone, {@code null} where nobody said
 * @param health whether commands should go there
 */
public record Node(String id, HostPort address, Role role, @Nullable String zone, Health health) {
    private static final String PROVISIONAL = "provisional-";

    public Node {
        if (id.isBlank()) {
            throw new IllegalArgumentException("node id: '" + id + "' (expected: not blank)");
        }
    }

    /** A primary that only a redirect has named so far: its id is unknown until a probe sees it. */
    public static Node provisional(HostPort address) {
        return new Node(PROVISIONAL + address, address, Role.PRIMARY, null, Health.UP);
    }

    /** Whether only a redirect has named this node so far. */
    public boolean isProvisional() {
        return id.startsWith(PROVISIONAL);
    }
}
