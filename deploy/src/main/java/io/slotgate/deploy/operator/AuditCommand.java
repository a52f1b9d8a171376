package io.slotgate.deploy.operator;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import tools.jackson.databind.JsonNode;

@Command(name = "audit", description = "List what was changed through this proxy's API, and by whom, the latest first.")
final class AuditCommand extends ApiCommand {
    @Override
    int run(Talk talk) throws IOException, InterruptedException {
        talk.show("/audit", Map.of(), AuditCommand::human);
        return DONE;
    }

    private static List<String> human(JsonNode audit) {
        List<String> lines = new ArrayList<>();
        for (JsonNode entry : audit.path("items")) {
            lines.addAll(Text.wrap(Text.time(Text.of(entry, "at")) + "  ",
                    Text.of(entry, "actor") + " from " + Text.of(entry, "address") + ": " + Text.of(entry, "action")
                            + ", "
                            + Text.of(entry, "target") + change(entry) + ": " + Text.of(entry, "outcome")));
        }
        return lines.isEmpty() ? List.of("nothing was changed") : lines;
    }

    private static String change(JsonNode entry) {
        String before = Text.of(entry, "before");
        String after = Text.of(entry, "after");
        return (before.isEmpty() ? "" : ", before " + before) + (after.isEmpty() ? "" : ", after " + after);
    }
}
