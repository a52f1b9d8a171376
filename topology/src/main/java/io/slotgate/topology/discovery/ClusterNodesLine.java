package io.slotgate.topology.discovery;

import io.slotgate.topology.model.SlotMove;
import io.slotgate.topology.model.SlotRange;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A line of {@code CLUSTER NODES} as it stands there.
 *
 * @param id node id, 40 hexadecimal characters
 * @param ip announced address; empty where the node does not know its own
 * @param port client port, 0 where unknown
 * @param hostname announced host name, {@code null} where there is none
 * @param flags {@code myself}, {@code master}, {@code slave}, {@code fail?}, ...
 * @param primaryId id of the node it replicates, {@code null} for {@code -}
 * @param epoch config epoch
 * @param slots slots it owns
 * @param moves slots it exports or imports
 */
record ClusterNodesLine(
        String id,
        String ip,
        int port,
        @Nullable String hostname,
        Set<String> flags,
        @Nullable String primaryId,
        long epoch,
        List<SlotRange> slots,
        List<SlotMove> moves) {

    boolean isMyself() {
        return flags.contains("myself");
    }

    /** Nodes that are not (yet) part of the cluster, or can't be reached for lack of an address, are of no use. */
    boolean isUsable() {
        return !flags.contains("handshake") && !flags.contains("noaddr") && port != 0
                && (flags.contains("master") || flags.contains("slave"));
    }
}
