package io.slotgate.topology.model;

import org.jspecify.annotations.Nullable;

/**
 * What a node says of itself in <a href="https://valkey.io/commands/info/">INFO</a>; -1 or {@code null} for what it does not
 * say.
 *
 * @param version name and version of the server, {@code valkey 8.0.1}; empty if it does not say
 * @param uptimeSeconds since it was started
 * @param loading whether it is loading its data set ({@code loading})
 * @param primaryLinkUp of a replica, whether its link to the primary stands ({@code master_link_status})
 * @param replicationOffset bytes of the stream of writes: of a primary what it has written, of a replica what it has executed
 * @param usedMemoryBytes {@code used_memory}
 * @param clients {@code connected_clients}
 * @param opsPerSecond {@code instantaneous_ops_per_sec}
 */
public record NodeFigures(
        String version,
        long uptimeSeconds,
        boolean loading,
        @Nullable Boolean primaryLinkUp,
        long replicationOffset,
        long usedMemoryBytes,
        long clients,
        long opsPerSecond) {}
