package io.slotgate.deploy.operator;

import io.slotgate.deploy.client.Answer;
import io.slotgate.deploy.client.ApiClient;
import io.slotgate.deploy.client.LiveStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

@Command(name = "events", description = "Show what happened: failovers, lost nodes, changes. With --json a line for each part of the list, and for each event that follows.")
final class EventsCommand extends ApiCommand {
    private static final int PAGE = 1000;

    @Option(names = {"-f", "--follow"}, description = "Go on with what happens, until Ctrl-C.")
    private boolean follow;

    @Option(names = "--limit", paramLabel = "N", description = "Of the past show the latest N. Default: ${DEFAULT-VALUE}.")
    private int limit = 50;

    @Option(names = "--after", paramLabel = "ID", description = "Of the past show what came after this event.")
    private @Nullable Long after;

    @Override
    int run(Talk talk) throws IOException, InterruptedException {
        if (!follow) {
            past(talk);
            return DONE;
        }
        // Opened first, so that nothing falls between.
        try (LiveStream live = talk.client().live()) {
            long last = past(talk);
            while (true) {
                LiveStream.Event event = live.next();
                if (event.name().equals("event")) {
                    JsonNode body = ApiClient.parse(event.data());
                    if (Text.number(body, "id") > last) {
                        talk.lines(talk.json() ? List.of(event.data()) : human(body));
                    }
                }
            }
        }
    }

    /** @return the id of the latest */
    private long past(Talk talk) throws IOException, InterruptedException {
        Deque<JsonNode> latest = new ArrayDeque<>();
        Long from = after;
        long last = 0;
        do {
            Map<String, String> query = new HashMap<>(Map.of("limit", String.valueOf(PAGE)));
            if (from != null) {
                query.put("after", String.valueOf(from));
            }
            Answer page = talk.client().get("/events", query);
            if (talk.json()) {
                talk.line(page.text());
            }
            for (JsonNode event : page.json().path("items")) {
                latest.add(event);
                if (latest.size() > limit) {
                    latest.removeFirst();
                }
                last = Math.max(last, Text.number(event, "id"));
            }
            from = page.json().hasNonNull("next") ? Text.number(page.json(), "next") : null;
        } while (from != null);
        if (!talk.json()) {
            List<String> lines = new ArrayList<>();
            latest.forEach(event -> lines.addAll(human(event)));
            talk.lines(lines);
        }
        return last;
    }

    private static List<String> human(JsonNode event) {
        return Text.wrap(Text.time(Text.of(event, "at")) + "  ",
                Text.of(event, "kind") + ": " + Text.of(event, "text"));
    }
}
