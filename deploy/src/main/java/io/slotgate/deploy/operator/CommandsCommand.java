package io.slotgate.deploy.operator;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import tools.jackson.databind.JsonNode;

@Command(name = "commands", description = "List how often commands came and how long they took: at the proxy from reading to answering, and of that at the nodes.")
final class CommandsCommand extends ApiCommand {
    @Override
    int run(Talk talk) throws IOException, InterruptedException {
        talk.show("/commands", Map.of(), CommandsCommand::human);
        return DONE;
    }

    private static List<String> human(JsonNode commands) {
        Table table = new Table("COMMAND", ">CALLS", ">ERRORS", ">P50", ">P99", ">P99.9", ">NODE P50", ">NODE P99");
        for (JsonNode command : commands.path("items")) {
            table.row(Text.of(command, "name"), Text.count(Text.number(command, "calls")),
                    Text.count(Text.number(command, "errors")), micros(command, "proxy", "p50Micros"),
                    micros(command, "proxy", "p99Micros"), micros(command, "proxy", "p999Micros"),
                    micros(command, "upstream", "p50Micros"), micros(command, "upstream", "p99Micros"));
        }
        return table.lines("no commands so far");
    }

    static String micros(JsonNode command, String side, String figure) {
        JsonNode value = command.path(side).path(figure);
        return value.isNumber() ? Text.micros(value.asDouble(0)) : "";
    }
}
