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

    /**
     * What a node answered.
     *
     * @param connection by which it did
     * @param nanos until the first answer, be it an error
     * @param info INFO's text, {@code null} if it gave none
     */
    record Answer(ClusterView view, NodeConnection connection, long nanos, @Nullable String info) {}

    /** Completes with the answers, or with whatever went wrong, on a Lettuce thread. */
    static CompletableFuture<Answer> ask(NodeConnection connection, HostPort address, long round) {
        long begun = System.nanoTime();
        CompletableFuture<Long> ping = connection.text(NodeCommand.PING)
                .handle((pong, error) -> System.nanoTime() - begun);
        CompletableFuture<List<ClusterNodesLine>> nodes = connection.text(NodeCommand.CLUSTER_NODES)
                .thenApply(ClusterNodesParser::parse);
        CompletableFuture<Map<String, ShardsNode>> shards = connection.nested(NodeCommand.CLUSTER_SHARDS)
                .thenApply(ClusterShardsParser::parse)
                .exceptionally(e -> Map.of());
        CompletableFuture<@Nullable String> info = connection.text(NodeCommand.INFO)
                .<@Nullable String>thenApply(text -> text)
                .exceptionally(e -> null);
        CompletableFuture<@Nullable String> shardId = connection.text(NodeCommand.CLUSTER_MYSHARDID)
                .<@Nullable String>thenApply(id -> id.isBlank() ? null : id)
                .exceptionally(e -> null);
        return CompletableFuture.allOf(ping, nodes, shards, info, shardId).thenApply(done -> {
            @Nullable
            String text = info.join();
            return new Answer(ViewReader.read(round, address, nodes.join(), shards.join(),
                    text == null ? null : zone(text), shardId.join()), connection, ping.join(), text);
        });
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
