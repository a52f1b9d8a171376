package io.slotgate.deploy.operator;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** Whether all proxies of the fleet are to tell, or the one that is asked; and which of them have. */
final class Scope {
    @Option(names = "--scope", paramLabel = "fleet|proxy", description = "What all proxies of the fleet saw, or this one alone. Default: all, if there are others.")
    private @Nullable String scope;

    /** What is wrong in it, the proxy says. */
    Map<String, String> query() {
        return scope == null ? Map.of() : Map.of("scope", scope);
    }

    /** Says which proxies are not in an answer, so that nobody takes a part for all. */
    static void noteMissing(Talk talk, JsonNode answer) {
        List<String> missing = answer.path("missing").valueStream().map(name -> Text.safe(name.asString(""))).toList();
        if (!missing.isEmpty() && !talk.json()) {
            talk.note("not of all proxies: " + String.join(", ", missing) + " did not tell");
        }
    }
}
