package io.slotgate.topology.discovery;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the RESP2 reply of <a href="https://valkey.io/commands/cluster-shards/">CLUSTER SHARDS</a>: an array of shards,
 * each a flat list of names and values, its {@code nodes} again arrays of such lists. Unknown names are skipped.
 */
final class ClusterShardsParser {
    private ClusterShardsParser() {}

    /**
     * Reads a reply of nested lists with byte array and Long leaves.
     *
     * @return what it says about each node, by node id
     * @throws MalformedReplyException if it has another shape
     */
    static Map<String, ShardsNode> parse(List<?> reply) {
        Map<String, ShardsNode> nodes = new HashMap<>();
        for (Object shard : reply) {
            Map<String, Object> fields = fields(shard);
            String shardId = text(fields.get("id"));
            for (Object node : list("nodes", fields.get("nodes"))) {
                Map<String, Object> about = fields(node);
                String id = text(about.get("id"));
                if (id == null) {
                    throw new MalformedReplyException("CLUSTER SHARDS node: " + about.keySet() + " (expected: an id)");
                }
                nodes.put(id, new ShardsNode(unknownToNull(text(about.get("endpoint"))),
                        "loading".equals(text(about.get("health"))), text(about.get("availability-zone")), shardId));
            }
        }
        return nodes;
    }

    private static Map<String, Object> fields(@Nullable Object entry) {
        List<?> flat = list("entry", entry);
        if (flat.size() % 2 != 0) {
            throw new MalformedReplyException(
                    "CLUSTER SHARDS entry of " + flat.size() + " (expected: names and values)");
        }
        Map<String, Object> fields = new HashMap<>();
        for (int i = 0; i < flat.size(); i += 2) {
            String name = text(flat.get(i));
            Object value = flat.get(i + 1);
            if (name != null && value != null) {
                fields.put(name, value);
            }
        }
        return fields;
    }

    private static List<?> list(String name, @Nullable Object value) {
        if (value instanceof List<?> list) {
            return list;
        }
        throw new MalformedReplyException("CLUSTER SHARDS " + name + ": "
                + (value == null ? "none" : value.getClass().getSimpleName()) + " (expected: a list)");
    }

    private static @Nullable String text(@Nullable Object value) {
        return switch (value) {
            case byte[] bytes when bytes.length > 0 -> new String(bytes, StandardCharsets.UTF_8);
            case String text when !text.isEmpty() -> text;
            case null, default -> null;
        };
    }

    /** Preferred endpoint "unknown" comes as null, a host name that is not set as {@code ?}. */
    private static @Nullable String unknownToNull(@Nullable String endpoint) {
        return "?".equals(endpoint) ? null : endpoint;
    }
}
