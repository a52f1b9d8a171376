package io.slotgate.deploy.operator;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import picocli.CommandLine.Command;
import tools.jackson.databind.JsonNode;

@Command(name = "plan", description = "Say how to restart all nodes of the cluster, one after the other; exit code 1 if something stands against it now.")
final class PlanCommand extends ApiCommand {
    @Override
    int run(Talk talk) throws IOException, InterruptedException {
        JsonNode plan = talk.show("/rolling-restart", Map.of(), PlanCommand::human);
        return Text.flag(plan, "safe") ? DONE : FAILED;
    }

    private static List<String> human(JsonNode plan) {
        List<String> lines = new ArrayList<>();
        for (JsonNode check : plan.path("checks")) {
            lines.add((Text.flag(check, "ok") ? "ok    " : "NOT   ") + Text.of(check, "name") + ": "
                    + Text.of(check, "detail"));
        }
        Table table = new Table(">STEP", "DO", "NODE", "ROLE", "SHARD", "READY");
        for (JsonNode step : plan.path("steps")) {
            table.row(Text.number(step, "number"), Text.of(step, "action"), Text.of(step, "node"),
                    Text.of(step, "role"),
                    Text.shortId(Text.of(step, "shard")), Text.flag(step, "ready") ? "yes" : "no: " + obstacles(step));
        }
        lines.addAll(table.lines("no steps"));
        return lines;
    }

    private static String obstacles(JsonNode step) {
        StringJoiner obstacles = new StringJoiner("; ");
        for (JsonNode check : step.path("checks")) {
            if (!Text.flag(check, "ok")) {
                obstacles.add(Text.of(check, "detail"));
            }
        }
        return obstacles.toString();
    }
}
