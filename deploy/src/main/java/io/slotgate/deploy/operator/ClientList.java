package io.slotgate.deploy.operator;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** A part of the list of clients. */
abstract class ClientList extends ApiCommand {
    @Option(names = "--user", paramLabel = "USER", description = "Only those of this user.")
    private @Nullable String user;

    @Option(names = "--addr", paramLabel = "ADDRESS", description = "Only those from this address, with the port or without.")
    private @Nullable String address;

    @Option(names = "--name", paramLabel = "NAME", description = "Only those of this name.")
    private @Nullable String name;

    @Option(names = "--cmd", paramLabel = "COMMAND", description = "Only those whose latest command was this.")
    private @Nullable String command;

    @Mixin
    private Part part = new Part(100);

    @Override
    int run(Talk talk) throws IOException, InterruptedException {
        Map<String, String> query = part.query();
        put(query, "user", user);
        put(query, "addr", address);
        put(query, "name", name);
        put(query, "cmd", command);
        talk.show("/clients", query, page -> part.and(page, human(page)));
        return DONE;
    }

    private static void put(Map<String, String> query, String name, @Nullable Object value) {
        if (value != null) {
            query.put(name, String.valueOf(value));
        }
    }

    private static List<String> human(JsonNode page) {
        Table table = new Table(">ID", "ADDRESS", "NAME", "USER", ">AGE", ">IDLE", "COMMAND", ">COMMANDS", "LIBRARY");
        for (JsonNode client : page.path("items")) {
            table.row(Text.number(client, "id"), Text.of(client, "addr"), Text.of(client, "name"),
                    Text.of(client, "user"), Text.seconds(Text.number(client, "age")),
                    Text.seconds(Text.number(client, "idle")), Text.of(client, "cmd"),
                    Text.count(Text.number(client, "tot-cmds")), Text.of(client, "lib-name"));
        }
        return table.lines("no clients");
    }
}
