package io.slotgate.topology.model;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one node says about one node: a line of {@code CLUSTER NODES}, completed by what {@code CLUSTER SHARDS} and
 * {@code INFO} add.
 *
 * @param id cluster node id
 * @param address endpoint to connect to
 * @param aliases other addresses of the node that a redirect may name (its address when a host name is preferred, ...)
 * @param role what the node is said to be
 * @param primaryId id of the primary a replica follows; {@code null} for a primary
 * @param epoch config epoch of the node, for a replica that of its primary; never negative
 * @param flags what else is said of it
 * @param slots slots it owns, disjoint; empty for a replica
 * @param moves slots leaving or coming; only a node itself tells
 * @param zone availability zone, where told
 * @param shardId shard id, where told
 */
public record NodeView(
        String id,
        HostPort address,
        List<HostPort> aliases,
        Role role,
        @Nullable String primaryId,
        long epoch,
        Set<Flag> flags,
        List<SlotRange> slots,
        List<SlotMove> moves,
        @Nullable String zone,
        @Nullable String shardId) {

    /** What {@code CLUSTER NODES} flags say beyond the role, and what {@code CLUSTER SHARDS} adds. */
    public enum Flag {
        /** {@code fail?}: the node that was asked can't reach it. */
        SUSPECTED,
        /** {@code fail}: a majority of primaries can't reach it. */
        FAILED,
        /** {@code health: loading} of CLUSTER SHARDS. */
        LOADING,
        /** {@code nofailover}: will not try to replace its primary. */
        NO_FAILOVER
    }

    public NodeView {
        if (epoch < 0) {
            throw new IllegalArgumentException("config epoch: " + epoch + " (expected: 0 or more)");
        }
        aliases = List.copyOf(aliases);
        flags = Set.copyOf(flags);
        slots = List.copyOf(slots);
        moves = List.copyOf(moves);
        if (role == Role.REPLICA && !slots.isEmpty()) {
            throw new IllegalArgumentException("slots of replica " + id + ": " + slots + " (expected: none)");
        }
    }

    /** The same in the zone that the first of the rules says that is about one of its addresses; itself if none is. */
    public NodeView inZone(List<ZoneRule> rules) {
        for (ZoneRule rule : rules) {
            if (rule.matches(address.host()) || aliases.stream().anyMatch(alias -> rule.matches(alias.host()))) {
                return new NodeView(id, address, aliases, role, primaryId, epoch, flags, slots, moves, rule.zone(),
                        shardId);
            }
        }
        return this;
    }

    /** Whether the node is said to own {@code slot}. */
    public boolean owns(int slot) {
        for (SlotRange range : slots) {
            if (range.contains(slot)) {
                return true;
            }
        }
        return false;
    }
}
