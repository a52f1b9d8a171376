package io.slotgate.deploy.operator;

import io.slotgate.deploy.client.Answer;
import io.slotgate.deploy.client.ApiClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

@Command(name = "operations", description = "List what takes longer than a request, or show, follow or cancel one.")
final class OperationsCommand extends ApiCommand {
    @Parameters(paramLabel = "ID", arity = "0..1", description = "One of them.")
    private @Nullable String id;

    @Option(names = {"-f", "--follow"}, description = "Wait for its end; exit code 1 if it failed.")
    private boolean follow;

    @Option(names = "--cancel", description = "Cancel it.")
    private boolean cancel;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call().
    private CommandSpec spec;

    @Override
    int run(Talk talk) throws IOException, InterruptedException {
        String wanted = id;
        if (wanted == null) {
            if (follow || cancel) {
                throw new CommandLine.ParameterException(spec.commandLine(), "Missing: which operation");
            }
            talk.show("/operations", Map.of(), OperationsCommand::all);
            return DONE;
        }
        String path = "/operations/" + ApiClient.segment(wanted);
        Answer answer = talk.client().send(cancel ? "DELETE" : "GET", path, Map.of(), null);
        if (follow) {
            return new OperationFollower().follow(talk, answer);
        }
        talk.print(answer, operation -> one(operation, wanted));
        return DONE;
    }

    private static List<String> all(JsonNode body) {
        Table table = new Table("ID", "KIND", "TARGET", "STATE", "BY", "BEGUN");
        for (JsonNode operation : body.path("items")) {
            table.row(Text.of(operation, "id"), Text.of(operation, "kind"), Text.of(operation, "target"),
                    Text.of(operation, "state"), Text.of(operation, "by"), Text.time(Text.of(operation, "begun")));
        }
        return table.lines("no operations");
    }

    static List<String> one(JsonNode operation, String id) {
        List<String> lines = new ArrayList<>();
        lines.add("operation " + id + ": " + Text.of(operation, "kind") + " of " + Text.of(operation, "target") + ", "
                + Text.of(operation, "state"));
        for (JsonNode step : operation.path("steps")) {
            lines.addAll(Text.wrap("  " + Text.time(Text.of(step, "at")) + "  ", Text.of(step, "text")));
        }
        if (operation.hasNonNull("outcome")) {
            lines.addAll(Text.wrap("  outcome: ", Text.of(operation, "outcome")));
        }
        return lines;
    }
}
