package io.slotgate.deploy.operator;

import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;

@Command(name = "channels", description = "List the connections to nodes that carry commands.")
final class ChannelsCommand extends ApiCommand {
    @Mixin
    private Part part = new Part(100);

    @Override
    int run(Talk talk) throws IOException, InterruptedException {
        talk.show("/channels", part.query(), page -> part.and(page, human(page)));
        return DONE;
    }

    private static List<String> human(JsonNode page) {
        Table table = new Table("NODE", "LANE", ">WORKER", ">RESP", "STATE", ">WAITING");
        for (JsonNode channel : page.path("items")) {
            table.row(Text.of(channel, "node"), Text.of(channel, "lane"), Text.number(channel, "worker"),
                    Text.number(channel, "protocol"), Text.of(channel, "state"), Text.number(channel, "waiting"));
        }
        return table.lines("no channels");
    }
}
