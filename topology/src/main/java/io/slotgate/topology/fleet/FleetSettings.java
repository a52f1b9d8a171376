package io.slotgate.topology.fleet;

import io.slotgate.topology.model.HostPort;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where and how a proxy takes part in its fleet.
 *
 * @param name name all members share, and no other fleet
 * @param member our name, unique in the fleet and the same after a restart
 * @param bindHost local address the other members connect to, or {@link #AUTO}; 0.0.0.0 and :: would not tell them where
 * @param bindPort its port, 1..65535
 * @param advertised where they reach us, if that is not where we bind
 * @param peers how we find them
 * @param tls {@code null} for none
 * @param gossipInterval between two digests, more than zero
 * @param suspectAfter a silent member is taken for gone after this, more than zero
 * @param voters names of the members that agree on settings; empty if nobody does
 * @param data folder for what has been agreed on; only used with voters
 */
public record FleetSettings(
        String name,
        String member,
        String bindHost,
        int bindPort,
        @Nullable HostPort advertised,
        FleetPeers peers,
        @Nullable FleetTls tls,
        Duration gossipInterval,
        Duration suspectAfter,
        List<String> voters,
        @Nullable Path data) {
    /** As a host to bind to: the first address of this machine that is not its loopback. */
    public static final String AUTO = "auto";

    public FleetSettings {
        voters = List.copyOf(voters);
        if (gossipInterval.isNegative() || gossipInterval.isZero()) {
            throw new IllegalArgumentException("gossip interval: " + gossipInterval + " (expected: more than 0)");
        }
        if (!voters.isEmpty() && data == null) {
            throw new IllegalArgumentException("data: none (expected: a folder, since there are voters)");
        }
    }
}
