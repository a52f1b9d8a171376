package io.slotgate.it;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisAdvancedClusterAsyncCommands;
import io.slotgate.deploy.dev.LocalCluster;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Lettuce's cluster client straight to the nodes, set up as its makers advise: what the proxy is compared with. */
final class LettuceLoadClient implements LoadClient {
    private final RedisClusterClient client;
    private final StatefulRedisClusterConnection<String, String> connection;

    private record Answer(@Nullable Object reply, long at) {}

    LettuceLoadClient(LocalCluster cluster) {
        client = RedisClusterClient.create(cluster.seeds().stream()
                .map(seed -> RedisURI.builder().withHost(seed.host()).withPort(seed.port())
                        .withTimeout(Duration.ofSeconds(60)).build())
                .toList());
        client.setOptions(ClusterClientOptions.builder()
                .timeoutOptions(TimeoutOptions.enabled(Duration.ofSeconds(30)))
                .topologyRefreshOptions(ClusterTopologyRefreshOptions.builder()
                        .enablePeriodicRefresh(Duration.ofSeconds(10))
                        .adaptiveRefreshTriggersTimeout(Duration.ofMillis(100)).build())
                .build());
        connection = client.connect();
    }

    @Override
    public void pipeline(List<String[]> commands, Sink replies) throws IOException {
        List<CompletionStage<Answer>> answers = new ArrayList<>();
        for (String[] command : commands) {
            answers.add(send(connection.async(), command).handle((reply, failure) -> new Answer(
                    failure == null ? reply : failed(failure), System.nanoTime())));
        }
        for (int i = 0; i < answers.size(); i++) {
            Answer answer = answers.get(i).toCompletableFuture().join();
            replies.reply(i, answer.reply(), answer.at());
        }
    }

    private static CompletionStage<?> send(RedisAdvancedClusterAsyncCommands<String, String> node, String[] command) {
        return switch (command[0]) {
            case "GET" -> node.get(command[1]);
            case "SET" -> node.set(command[1], command[2]);
            case "INCR" -> node.incr(command[1]);
            case "MGET" -> node.mget(Arrays.copyOfRange(command, 1, command.length))
                    .thenApply(values -> values.stream().map(value -> value.getValueOrElse(null)).toList());
            default -> throw new IllegalArgumentException(command[0]);
        };
    }

    /** What the node answered, or what the client made of it: then nobody knows. */
    private static Reply.Failure failed(Throwable failure) {
        Throwable cause = failure instanceof CompletionException && failure.getCause() != null
                ? failure.getCause()
                : failure;
        return new Reply.Failure(cause instanceof RedisCommandExecutionException
                ? String.valueOf(cause.getMessage())
                : "UNCERTAIN " + cause);
    }

    @Override
    public void close() {
        connection.close();
        client.shutdown(0, 5, java.util.concurrent.TimeUnit.SECONDS);
    }
}
