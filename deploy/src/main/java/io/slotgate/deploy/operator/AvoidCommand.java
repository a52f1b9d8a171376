package io.slotgate.deploy.operator;

import io.slotgate.deploy.client.Answer;
import io.slotgate.deploy.client.ApiClient;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "avoid", description = "Keep reads away from a replica, at all proxies, until it is taken back: before its machine is patched.")
final class AvoidCommand extends ApiCommand {
    @Parameters(paramLabel = "NODE", description = "Its address, or the beginning of its id.")
    private String node = "";

    @Option(names = "--stop", description = "Take it back.")
    private boolean stop;

    @Override
    int run(Talk talk) throws IOException, InterruptedException {
        String address = Named.node(talk.client(), node);
        Answer answer = talk.client().send(stop ? "DELETE" : "POST", "/nodes/" + ApiClient.segment(address) + "/avoid",
                Map.of(), null);
        talk.print(answer, outcome -> List.of(Text.safe(address) + (stop ? " is read from again" : " is not read from")
                + ": settings version " + Text.number(outcome, "version")));
        return DONE;
    }
}
