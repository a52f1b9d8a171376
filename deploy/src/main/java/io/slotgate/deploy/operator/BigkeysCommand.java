package io.slotgate.deploy.operator;

import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;

@Command(name = "bigkeys", description = "List the keys with the largest values that have passed, at all proxies of the fleet.")
final class BigkeysCommand extends ApiCommand {
    @Mixin
    private Scope scope = new Scope();

    @Override
    int run(Talk talk) throws IOException, InterruptedException {
        Scope.noteMissing(talk, talk.show("/bigkeys", scope.query(), BigkeysCommand::human));
        return DONE;
    }

    private static List<String> human(JsonNode keys) {
        Table table = new Table(">SIZE", ">SLOT", "COMMAND", "AT", "KEY");
        for (JsonNode key : keys.path("items")) {
            table.row(Text.bytes(Text.number(key, "bytes")), Text.number(key, "slot"), Text.of(key, "command"),
                    Text.time(Text.of(key, "at")), Text.of(key, "key"));
        }
        return table.lines("no big keys");
    }
}
