package io.slotgate.deploy.operator;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;

@Command(name = "hotkeys", description = "List the keys that are asked for most, at all proxies of the fleet.")
final class HotkeysCommand extends ApiCommand {
    @Mixin
    private Scope scope = new Scope();

    @Override
    int run(Talk talk) throws IOException, InterruptedException {
        Scope.noteMissing(talk, talk.show("/hotkeys", scope.query(), HotkeysCommand::human));
        return DONE;
    }

    private static List<String> human(JsonNode keys) {
        Table table = new Table(">PER SECOND", ">AT LEAST", ">AT MOST", ">SLOT", "KEY");
        for (JsonNode key : keys.path("items")) {
            table.row(rate(key, "perSecond"), rate(key, "lowest"), rate(key, "highest"),
                    key.has("slot") ? Text.number(key, "slot") : "-", Text.of(key, "key"));
        }
        return table.lines("no hot keys");
    }

    private static String rate(JsonNode key, String member) {
        return String.format(Locale.ROOT, "%.1f", key.path(member).asDouble(0));
    }
}
