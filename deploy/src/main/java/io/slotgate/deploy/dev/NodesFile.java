package io.slotgate.deploy.dev;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a node remembers of its cluster, {@code nodes.conf}: one line for each node, and a last one of variables. A server that
 * finds it in any other state than {@link #startable} refuses to start, as "corrupted cluster config file": half written, or
 * with a replica in another shard than its primary. That is how it takes a new cluster to be until every node has told every
 * other which shard it is in, some 300 ms on a quiet machine.
 *
 * @see <a href="https://valkey.io/commands/cluster-nodes/">CLUSTER NODES, whose lines these are</a>
 */
record NodesFile(List<String> lines) {
    private static final String SHARD = "shard-id=";
    private static final int LEAST_FIELDS = 8;
    private static final int ID = 0;
    private static final int ADDRESS = 1;
    private static final int PRIMARY = 3;

    /** That of a node's folder; it has no lines if there is none yet. */
    static NodesFile of(Path folder) throws IOException {
        Path file = folder.resolve("nodes.conf");
        return new NodesFile(Files.exists(file)
                ? Files.readAllLines(file).stream().filter(line -> !line.isBlank()).toList()
                : List.of());
    }

    /** Whether a server would start with it, and know its cluster. */
    boolean startable() {
        return lines.isEmpty() || (whole() && everyReplicaIsInTheShardOfItsPrimary());
    }

    private boolean whole() {
        return isOfVariables(lines.getLast())
                && lines.stream().allMatch(line -> isOfVariables(line) || line.split(" ").length >= LEAST_FIELDS);
    }

    private boolean everyReplicaIsInTheShardOfItsPrimary() {
        Map<String, String> shards = new HashMap<>();
        for (String line : lines) {
            String shard = shard(line);
            if (shard != null) {
                shards.put(line.split(" ")[ID], shard);
            }
        }
        return lines.stream().allMatch(line -> {
            String shard = shard(line);
            return shard == null || shards.getOrDefault(line.split(" ")[PRIMARY], shard).equals(shard);
        });
    }

    /** Null of a line that names none, as of servers that know none. */
    private static @Nullable String shard(String line) {
        return isOfVariables(line)
                ? null
                : Arrays.stream(line.split(" ")[ADDRESS].split(",")).filter(part -> part.startsWith(SHARD)).findFirst()
                        .orElse(null);
    }

    private static boolean isOfVariables(String line) {
        return line.startsWith("vars ");
    }
}
