package io.slotgate.deploy.operator;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import tools.jackson.databind.JsonNode;

@Command(name = "proxies", description = "List the proxies of the fleet.")
final class ProxiesCommand extends ApiCommand {
    @Override
    int run(Talk talk) throws IOException, InterruptedException {
        talk.show("/proxies", Map.of(), ProxiesCommand::human);
        return DONE;
    }

    private static List<String> human(JsonNode proxies) {
        Table table = new Table("PROXY", "ADDRESS", "ZONE", "STATE", ">CLIENTS", ">CPU", "VERSION", ">SETTINGS", "MAP");
        for (JsonNode proxy : proxies.path("items")) {
            table.row(Text.of(proxy, "id") + (Text.flag(proxy, "self") ? " *" : ""), Text.of(proxy, "address"),
                    Text.of(proxy, "zone"), Text.of(proxy, "state"), Text.number(proxy, "sessions"),
                    Text.number(proxy, "cpuPercent") + "%", Text.of(proxy, "version"),
                    Text.number(proxy, "settingsVersion"),
                    Text.shorten(Text.of(proxy, "mapDigest"), 8));
        }
        return table.lines("no proxies");
    }
}
