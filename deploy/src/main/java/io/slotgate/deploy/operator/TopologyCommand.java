package io.slotgate.deploy.operator;

import java.io.IOException;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "topology", description = "Show the cluster as the proxy knows it.")
final class TopologyCommand extends ApiCommand {
    @Option(names = "--refresh", description = "Have the proxy ask the cluster now, and don't wait for it.")
    private boolean refresh;

    @Override
    int run(Talk talk) throws IOException, InterruptedException {
        if (refresh) {
            talk.client().send("POST", "/topology/refresh", Map.of(), null);
        }
        talk.show("/topology", Map.of(), TopologyView::lines);
        return DONE;
    }
}
