package io.slotgate.deploy.operator;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(name = "route", description = "Say where a key goes, and why.")
final class RouteCommand extends ApiCommand {
    @Parameters(paramLabel = "KEY", description = "The key.")
    private String key = "";

    @Option(names = "--base64", description = "The key is given in base64, for it is no text.")
    private boolean base64;

    @Override
    int run(Talk talk) throws IOException, InterruptedException {
        Map<String, String> query = new HashMap<>(Map.of("key", key));
        if (base64) {
            query.put("encoding", "base64");
        }
        talk.show("/route", query, RouteCommand::human);
        return DONE;
    }

    private static List<String> human(JsonNode route) {
        List<String> lines = new ArrayList<>();
        lines.add("slot      " + Text.number(route, "slot"));
        String shard = Text.of(route, "shard");
        lines.add("shard     " + (shard.isEmpty() ? "none" : Text.shortId(shard)));
        if (route.hasNonNull("writes")) {
            lines.add("writes    " + node(route.path("writes")));
        }
        String head = "reads     ";
        for (JsonNode node : route.path("reads")) {
            lines.add(head + node(node));
            head = " ".repeat(head.length());
        }
        lines.addAll(Text.wrap("because   ", Text.of(route, "reason")));
        return lines;
    }

    private static String node(JsonNode node) {
        String zone = Text.of(node, "zone");
        return Text.of(node, "address") + ", " + Text.of(node, "role") + (zone.isEmpty() ? "" : " in zone " + zone)
                + ", "
                + Text.of(node, "health");
    }
}
