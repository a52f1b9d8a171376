package io.slotgate.deploy.operator;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

@Command(name = "slowlog", description = "List the commands that took long.")
final class SlowlogCommand extends ApiCommand {
    @Mixin
    private Part part = new Part(25);

    @Option(names = "--reset", description = "Forget all of them.")
    private boolean reset;

    @Override
    int run(Talk talk) throws IOException, InterruptedException {
        if (reset) {
            talk.print(talk.client().send("DELETE", "/slowlog", Map.of(), null), none -> List.of("forgotten"));
        } else {
            talk.show("/slowlog", part.query(), log -> part.and(log, human(log)));
        }
        return DONE;
    }

    private static List<String> human(JsonNode log) {
        Table table = new Table("AT", ">TOOK", "CLIENT", "COMMAND");
        for (JsonNode entry : log.path("items")) {
            StringJoiner words = new StringJoiner(" ");
            entry.path("command").forEach(word -> words.add(Text.safe(word.asString(""))));
            table.row(Text.time(Text.of(entry, "at")), Text.micros(Text.number(entry, "micros")),
                    Text.of(entry, "client"),
                    words);
        }
        return table.lines("nothing was slow");
    }
}
