package io.slotgate.deploy.operator;

import io.slotgate.deploy.client.ApiClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** Shards and nodes as people name them: by the beginning of an id, or by a node's address. */
final class Named {
    private Named() {}

    /**
     * The id of a shard.
     *
     * @param name the beginning of its id or of one of its nodes', or the address of a node
     * @throws IOException if it says which ones there are, for the name fits none or several
     */
    static String shard(ApiClient client, String name) throws IOException, InterruptedException {
        TreeSet<String> found = new TreeSet<>();
        List<String> all = new ArrayList<>();
        for (JsonNode shard : client.get("/topology", Map.of()).json().path("shards")) {
            String id = shard.path("id").asString("");
            all.add(Text.shortId(id));
            if (id.startsWith(name) || fits(shard.path("nodes"), name)) {
                found.add(id);
            }
        }
        return only("shard", name, found, all);
    }

    /**
     * The address of a node.
     *
     * @param name it, or the beginning of the node's id
     */
    static String node(ApiClient client, String name) throws IOException, InterruptedException {
        JsonNode topology = client.get("/topology", Map.of()).json();
        TreeSet<String> found = new TreeSet<>();
        List<String> all = new ArrayList<>();
        List<JsonNode> groups = new ArrayList<>();
        topology.path("shards").forEach(shard -> groups.add(shard.path("nodes")));
        groups.add(topology.path("strangers"));
        for (JsonNode group : groups) {
            for (JsonNode node : group) {
                String address = node.path("address").asString("");
                all.add(address);
                if (is(node, name)) {
                    found.add(address);
                }
            }
        }
        return only("node", name, found, all);
    }

    private static boolean fits(JsonNode nodes, String name) {
        for (JsonNode node : nodes) {
            if (is(node, name)) {
                return true;
            }
        }
        return false;
    }

    private static boolean is(JsonNode node, String name) {
        return node.path("address").asString("").equals(name) || node.path("id").asString("").startsWith(name);
    }

    private static String only(String kind, String name, Set<String> found, List<String> all) throws IOException {
        if (found.size() != 1 || name.isEmpty()) {
            throw new IOException(kind + ": " + Text.safe(name) + (found.isEmpty() ? " is none" : " is several")
                    + " (expected: one of " + Text.safe(String.join(", ", all)) + ")");
        }
        return found.iterator().next();
    }
}
