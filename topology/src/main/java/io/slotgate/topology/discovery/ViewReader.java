package io.slotgate.topology.discovery;

import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.NodeView;
import io.slotgate.topology.model.NodeView.Flag;
import io.slotgate.topology.model.Observation.ClusterView;
import io.slotgate.topology.model.Role;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes a view of the cluster out of what one node answered. */
final class ViewReader {
    private ViewReader() {}

    /**
     * Puts the answers together.
     *
     * @param round the refresh that asked
     * @param asked address the node was asked at; stands for hosts it leaves empty
     * @param nodes its {@code CLUSTER NODES}
     * @param shards its {@code CLUSTER SHARDS} by node id, empty where it has none
     * @param zone availability zone of the node itself, where its INFO tells
     * @param shardId id of its shard, where it tells
     * @throws MalformedReplyException if the answering node is not a usable node itself
     */
    static ClusterView read(long round, HostPort asked, List<ClusterNodesLine> nodes, Map<String, ShardsNode> shards,
            @Nullable String zone, @Nullable String shardId) {
        String askedId = null;
        List<NodeView> views = new ArrayList<>();
        for (ClusterNodesLine line : nodes) {
            if (line.isUsable()) {
                boolean isMyself = line.isMyself();
                askedId = isMyself ? line.id() : askedId;
                views.add(view(asked, line, shards.get(line.id()), isMyself ? zone : null, isMyself ? shardId : null));
            }
        }
        if (askedId == null) {
            throw new MalformedReplyException(
                    "CLUSTER NODES: the answering node itself is in handshake or without an address");
        }
        return new ClusterView(round, askedId, views);
    }

    private static NodeView view(HostPort asked, ClusterNodesLine line, @Nullable ShardsNode shards,
            @Nullable String zone, @Nullable String shardId) {
        Set<HostPort> addresses = new LinkedHashSet<>();
        String announced = line.ip().isEmpty() ? asked.host() : line.ip();
        // Without CLUSTER SHARDS the preferred endpoint is unknown; the announced address is its usual kind.
        String endpoint = shards == null ? announced : shards.endpoint();
        addresses.add(new HostPort(endpoint == null ? asked.host() : endpoint, line.port()));
        addresses.add(new HostPort(announced, line.port()));
        if (line.hostname() != null) {
            addresses.add(new HostPort(line.hostname(), line.port()));
        }
        List<HostPort> all = List.copyOf(addresses);
        Role role = line.flags().contains("master") ? Role.PRIMARY : Role.REPLICA;
        return new NodeView(line.id(), all.get(0), all.subList(1, all.size()), role,
                role == Role.PRIMARY ? null : line.primaryId(), line.epoch(), flags(line, shards), line.slots(),
                line.moves(), zone != null || shards == null ? zone : shards.zone(),
                shardId != null || shards == null ? shardId : shards.shardId());
    }

    private static Set<Flag> flags(ClusterNodesLine line, @Nullable ShardsNode shards) {
        Set<Flag> flags = EnumSet.noneOf(Flag.class);
        if (line.flags().contains("fail?")) {
            flags.add(Flag.SUSPECTED);
        }
        if (line.flags().contains("fail")) {
            flags.add(Flag.FAILED);
        }
        if (line.flags().contains("nofailover")) {
            flags.add(Flag.NO_FAILOVER);
        }
        if (shards != null && shards.loading()) {
            flags.add(Flag.LOADING);
        }
        return flags;
    }
}
