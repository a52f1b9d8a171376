package io.slotgate.topology.discovery;

import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Observation.ClusterView;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Asks one node for its view. All questions go out at once; only {@code CLUSTER NODES} must be answered, the others are
 * not known to every server or not allowed to every user.
 */
final class Probe {
    private static final String ZONE = "availability_zone:";

    private Probe() {}

    /** Completes with the view, or with whatever went wrong, on a Lettuce thread. */
    static CompletableFuture<ClusterView> ask(NodeConnection connection, HostPort address, long round) {
        CompletableFuture<List<ClusterNodesLine>> nodes = connection.text(NodeCommand.CLUSTER_NODES)
                .thenApply(ClusterNodesParser::parse);
        CompletableFuture<Map<String, ShardsNode>> shards = connection.nested(NodeCommand.CLUSTER_SHARDS)
                .thenApply(ClusterShardsParser::parse)
                .exceptionally(e -> Map.of());
        CompletableFuture<@Nullable String> zone = connection.text(NodeCommand.INFO_SERVER)
                .thenApply(Probe::zone)
                .exceptionally(e -> null);
        CompletableFuture<@Nullable String> shardId = connection.text(NodeCommand.CLUSTER_MYSHARDID)
                .<@Nullable String>thenApply(id -> id.isBlank() ? null : id)
                .exceptionally(e -> null);
        return CompletableFuture.allOf(nodes, shards, zone, shardId).thenApply(done -> ViewReader.read(round, address,
                nodes.join(), shards.join(), zone.join(), shardId.join()));
    }

    /** {@code availability_zone} of INFO, {@code null} if the server has none or it is not set. */
    static @Nullable String zone(String info) {
        return info.lines()
                .filter(line -> line.startsWith(ZONE) && line.length() > ZONE.length())
                .map(line -> line.substring(ZONE.length()))
                .findFirst()
                .orElse(null);
    }
}
