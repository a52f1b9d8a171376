package io.slotgate.deploy.operator;

import io.slotgate.deploy.client.Answer;
import io.slotgate.deploy.client.ApiClient;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/**
 * Shows how an operation gets on until it has ended. Who leaves before, by Ctrl-C, leaves it running and is told so. Used by one thread.
 */
final class OperationFollower {
    private static final long LOOK_MILLIS = 200;

    @Option(names = "--no-wait", description = "Leave it running, and say where to look.")
    private boolean noWait;

    private int shown;

    /**
     * @param begun the operation as it was when it was accepted
     * @return the exit code: {@link ApiCommand#DONE} if all went well
     */
    int follow(Talk talk, Answer begun) throws IOException, InterruptedException {
        String id = Text.of(begun.json(), "id");
        if (noWait) {
            talk.print(begun, operation -> OperationsCommand.one(operation, id));
            return ApiCommand.DONE;
        }
        Thread leaving = new Thread(() -> talk.note("operation " + id + " goes on; slotgate operations " + id
                + " --follow shows it"), "leaving");
        Runtime.getRuntime().addShutdownHook(leaving);
        try {
            return await(talk, begun, id);
        } finally {
            try {
                Runtime.getRuntime().removeShutdownHook(leaving);
            } catch (IllegalStateException e) {
                // We are leaving.
            }
        }
    }

    private int await(Talk talk, Answer begun, String id) throws IOException, InterruptedException {
        Answer now = begun;
        while (true) {
            if (!talk.json()) {
                steps(talk, now.json().path("steps"));
            }
            String state = Text.of(now.json(), "state");
            if (!state.equals("running")) {
                return end(talk, now, state);
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            now = talk.client().get("/operations/" + ApiClient.segment(id), Map.of());
        }
    }

    private void steps(Talk talk, JsonNode steps) {
        for (; shown < steps.size(); shown++) {
            JsonNode step = steps.get(shown);
            talk.lines(Text.wrap(Text.time(Text.of(step, "at")) + "  ", Text.of(step, "text")));
        }
    }

    private static int end(Talk talk, Answer ended, String state) {
        boolean done = state.equals("done");
        if (talk.json()) {
            talk.line(ended.text());
        } else if (done) {
            talk.lines(Text.wrap("done: ", Text.of(ended.json(), "outcome")));
        }
        if (!done) {
            talk.note(state + ": " + Text.of(ended.json(), "outcome"));
        }
        return done ? ApiCommand.DONE : ApiCommand.FAILED;
    }
}
