package io.slotgate.topology.table;

import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.NodeView;
import io.slotgate.topology.model.NodeView.Flag;
import io.slotgate.topology.model.Observation.ClusterView;
import io.slotgate.topology.model.Role;
import io.slotgate.topology.model.SlotMove;
import io.slotgate.topology.model.SlotRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Short ways to say what a node tells. */
final class Views {
    private Views() {}

    static ClusterView view(long round, String asked, NodeView... nodes) {
        return new ClusterView(round, asked, List.of(nodes));
    }

    static NodeView primary(String id, long epoch, SlotRange... slots) {
        return new NodeView(id, address(id), List.of(), Role.PRIMARY, null, epoch, Set.of(), List.of(slots), List.of(),
                null, null);
    }

    static NodeView replica(String id, String primary, long epoch) {
        return new NodeView(id, address(id), List.of(), Role.REPLICA, primary, epoch, Set.of(), List.of(), List.of(),
                null, null);
    }

    static NodeView flagged(NodeView node, Flag... flags) {
        return new NodeView(node.id(), node.address(), node.aliases(), node.role(), node.primaryId(), node.epoch(),
                Set.copyOf(Arrays.asList(flags)), node.slots(), node.moves(), node.zone(), node.shardId());
    }

    static NodeView in(NodeView node, @Nullable String zone, @Nullable String shardId) {
        return new NodeView(node.id(), node.address(), node.aliases(), node.role(), node.primaryId(), node.epoch(),
                node.flags(), node.slots(), node.moves(), zone, shardId);
    }

    static NodeView at(NodeView node, HostPort address, HostPort... aliases) {
        return new NodeView(node.id(), address, List.of(aliases), node.role(), node.primaryId(), node.epoch(),
                node.flags(), node.slots(), node.moves(), node.zone(), node.shardId());
    }

    static NodeView moving(NodeView node, SlotMove... moves) {
        return new NodeView(node.id(), node.address(), node.aliases(), node.role(), node.primaryId(), node.epoch(),
                node.flags(), node.slots(), new ArrayList<>(Arrays.asList(moves)), node.zone(), node.shardId());
    }

    static SlotRange slots(int first, int last) {
        return new SlotRange(first, last);
    }

    static HostPort address(String id) {
        return new HostPort(id + ".example.com", 6379);
    }
}
