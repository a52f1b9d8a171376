package io.slotgate.deploy.operator;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import tools.jackson.databind.JsonNode;

@Command(name = "status", description = "Say how the proxy is; exit code 1 if it does not serve.")
final class StatusCommand extends ApiCommand {
    private static final int SLOTS = 16384;

    @Override
    int run(Talk talk) throws IOException, InterruptedException {
        JsonNode status = talk.show("/status", Map.of(), StatusCommand::human);
        return Text.flag(status, "ready") ? DONE : FAILED;
    }

    private static List<String> human(JsonNode status) {
        List<String> lines = new ArrayList<>();
        String zone = Text.of(status, "zone");
        String member = Text.of(status, "member");
        lines.add("proxy     " + (member.isEmpty() ? "" : member + ", ") + "version " + Text.of(status, "version")
                + (zone.isEmpty() ? "" : ", zone " + zone) + ", up "
                + Text.seconds(Text.number(status, "uptimeSeconds")));
        lines.add("serving   " + serving(status));
        lines.add("clients   " + Text.number(status, "connections") + " connections");
        lines.add("cluster   " + Text.number(status, "shards") + " shards, " + Text.number(status, "nodes") + " nodes, "
                + Text.number(status, "coveredSlots") + " of " + SLOTS + " slots owned, version "
                + Text.number(status, "topologyVersion"));
        lines.add("fleet     " + Text.number(status, "proxies") + " proxies, settings version "
                + Text.number(status, "settingsVersion")
                + (Text.flag(status, "cutOff") ? ", cut off: no majority of the voters can be reached" : ""));
        return lines;
    }

    /** In a word, and why not. */
    static String serving(JsonNode status) {
        if (Text.flag(status, "draining")) {
            return "no: draining";
        }
        long missing = SLOTS - Text.number(status, "coveredSlots");
        if (missing > 0) {
            return "no: " + missing + " slots without an owner";
        }
        if (!Text.flag(status, "ready")) {
            return "no";
        }
        long unwell = Text.number(status, "unwellSlots");
        return unwell == 0 ? "yes" : "yes, but the owners of " + unwell + " slots are not well";
    }
}
