package io.slotgate.deploy.operator;

import io.slotgate.deploy.client.ApiClient;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "failover", description = "Have a replica take the place of its primary.")
final class FailoverCommand extends ApiCommand {
    @Parameters(paramLabel = "SHARD", description = "The beginning of its id, or the address of one of its nodes.")
    private String shard = "";

    @Option(names = "--to", paramLabel = "NODE", description = "The replica: its address or the beginning of its id. Default: any that is well.")
    private @Nullable String to;

    @Option(names = "--mode", paramLabel = "MODE", description = "graceful (the primary hands over), force (it is gone), takeover (without the others' consent). Default: graceful.")
    private @Nullable String mode;

    @Mixin
    private OperationFollower follower = new OperationFollower();

    @Override
    int run(Talk talk) throws IOException, InterruptedException {
        String id = Named.shard(talk.client(), shard);
        Map<String, String> body = new TreeMap<>();
        if (to != null) {
            body.put("to", Named.node(talk.client(), to));
        }
        if (mode != null) {
            body.put("mode", mode);
        }
        return follower.follow(talk,
                talk.client().send("POST", "/shards/" + ApiClient.segment(id) + "/failover", Map.of(), body));
    }
}
