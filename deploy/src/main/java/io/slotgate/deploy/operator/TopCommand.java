package io.slotgate.deploy.operator;

import io.slotgate.deploy.client.ApiClient;
import io.slotgate.deploy.client.ApiException;
import io.slotgate.deploy.client.LiveStream;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

@Command(name = "top", description = "Watch the proxy: rates, latencies, clients, what is wrong, and every node. Until Ctrl-C. With --json a line for each event of the live stream.")
final class TopCommand extends ApiCommand {
    @Option(names = "--once", description = "One picture, after a second; for scripts.")
    private boolean once;

    @Option(names = "--plain", description = "Pictures one below the other, without control codes. The default where standard output is no terminal.")
    private boolean plain;

    @Option(names = "--interval", paramLabel = "SECONDS", description = "A picture every so many seconds. Default: ${DEFAULT-VALUE}.")
    private int interval = 1;

    @Option(names = "--rows", paramLabel = "N", description = "Lines of the terminal. Default: LINES, or 24.")
    private int rows = Screen.rows();

    /** Null while there is none. */
    private @Nullable JsonNode topology;
    private @Nullable JsonNode figures;
    private @Nullable JsonNode commands;
    private boolean withoutCommands;

    @Override
    int run(Talk talk) throws IOException, InterruptedException {
        Screen screen = once || plain || talk.json() ? Screen.plain(talk.out()) : Screen.of(talk.out());
        try (screen; LiveStream live = talk.client().live()) {
            while (true) {
                LiveStream.Event event = live.next();
                if (talk.json()) {
                    talk.line("{\"event\":\"" + event.name() + "\",\"data\":" + event.data() + "}");
                    if (once && event.name().equals("figures")) {
                        return DONE;
                    }
                    continue;
                }
                switch (event.name()) {
                    case "topology" -> topology = ApiClient.parse(event.data());
                    case "figures" -> {
                        if (figures(talk, screen, ApiClient.parse(event.data())) && once) {
                            return DONE;
                        }
                    }
                    default -> {
                        // Of others there is nothing to show here.
                    }
                }
            }
        }
    }

    /** @return whether there was a picture */
    private boolean figures(Talk talk, Screen screen, JsonNode latest) throws IOException, InterruptedException {
        JsonNode before = figures;
        JsonNode map = topology;
        if (before == null || map == null) {
            figures = latest;
            commands = commands(talk);
            return false;
        }
        if (isEarly(before, latest)) {
            return false;
        }
        JsonNode called = commands(talk);
        if (commands != null && called != null && isEarly(commands, called)) {
            // They were counted later than the first figures, which may have been counted for somebody else.
            return false;
        }
        JsonNode status = talk.client().get("/status", Map.of()).json();
        screen.show(new TopFrame(status, map, new Rates(before, latest), commands, called)
                .lines(once ? Integer.MAX_VALUE : Math.max(10, rows)));
        figures = latest;
        commands = called;
        return true;
    }

    /** A little less than the interval is enough, for they don't come to the millisecond. */
    private boolean isEarly(JsonNode earlier, JsonNode later) {
        return Rates.seconds(earlier, later) < interval - 0.5;
    }

    /** Null: this proxy does not tell. */
    private @Nullable JsonNode commands(Talk talk) throws IOException, InterruptedException {
        if (withoutCommands) {
            return null;
        }
        try {
            return talk.client().get("/commands", Map.of()).json();
        } catch (ApiException.Refused e) {
            withoutCommands = e.status() == 404;
            return null;
        }
    }
}
