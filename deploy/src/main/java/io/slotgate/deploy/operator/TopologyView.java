package io.slotgate.deploy.operator;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import tools.jackson.databind.JsonNode;

/** The cluster, shard by shard. */
final class TopologyView {
    private static final int MOST_MOVES = 10;

    private TopologyView() {}

    static List<String> lines(JsonNode topology) {
        List<String> lines = new ArrayList<>();
        lines.add("version " + Text.number(topology, "version") + ", " + Text.number(topology, "coveredSlots")
                + " of 16384 slots owned");
        Table nodes = new Table("SHARD", "NODE", "ROLE", "ZONE", "HEALTH", "READS", "SLOTS");
        rows(nodes, topology);
        lines.addAll(nodes.lines("no shards"));
        lines.addAll(moves(topology.path("moves")));
        return lines;
    }

    /** A row for each node; the shard's own figures stand with its primary. */
    static void rows(Table table, JsonNode topology) {
        for (JsonNode shard : topology.path("shards")) {
            boolean first = true;
            for (JsonNode node : shard.path("nodes")) {
                row(table, first ? Text.shortId(Text.of(shard, "id")) : "", node, first ? slots(shard) : "");
                first = false;
            }
        }
        for (JsonNode node : topology.path("strangers")) {
            row(table, "none", node, "");
        }
    }

    private static void row(Table table, String shard, JsonNode node, String slots) {
        table.row(shard, Text.of(node, "address"), Text.of(node, "role"), Text.of(node, "zone"),
                Text.of(node, "health"), Text.flag(node, "avoided") ? "avoided" : "", slots);
    }

    private static String slots(JsonNode shard) {
        StringJoiner ranges = new StringJoiner(",");
        shard.path("slots").forEach(range -> ranges.add(range.asString("")));
        return Text.number(shard, "slotCount") + ": " + ranges;
    }

    private static List<String> moves(JsonNode moves) {
        List<String> lines = new ArrayList<>();
        for (JsonNode move : moves) {
            if (lines.size() == MOST_MOVES) {
                lines.add("moving    and " + (moves.size() - MOST_MOVES) + " slots more");
                break;
            }
            lines.add("moving    slot " + Text.number(move, "slot") + " from " + Text.shortId(Text.of(move, "from"))
                    + " to " + Text.shortId(Text.of(move, "to")));
        }
        return lines;
    }
}
