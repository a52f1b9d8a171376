package io.slotgate.deploy.operator;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** Which part of a list that can be long is wanted. */
final class Part {
    @Option(names = "--limit", paramLabel = "N", description = "So many at most, 1..1000. Default: ${DEFAULT-VALUE}.")
    private int limit;

    @Option(names = "--after", paramLabel = "ID", description = "Go on behind this one, which the part before names.")
    private @Nullable Long after;

    /** @param limit how many are wanted of whoever does not say */
    Part(int limit) {
        this.limit = limit;
    }

    /** What to ask for; may be added to. */
    Map<String, String> query() {
        Map<String, String> query = new TreeMap<>(Map.of("limit", String.valueOf(limit)));
        if (after != null) {
            query.put("after", String.valueOf(after));
        }
        return query;
    }

    /** The lines of a part, and how to have the next. */
    List<String> and(JsonNode page, List<String> lines) {
        if (!page.hasNonNull("next")) {
            return lines;
        }
        List<String> all = new ArrayList<>(lines);
        all.add("and more: --after " + Text.number(page, "next"));
        return all;
    }
}
