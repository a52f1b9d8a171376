package io.slotgate.deploy.operator;

import io.slotgate.deploy.client.Answer;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "drain", description = "Have the proxy take in no further clients and let those there go in peace. It ends when its process is told to.")
final class DrainCommand extends ApiCommand {
    @Option(names = "--timeout", paramLabel = "TIME", description = "How long clients are waited for, such as 30s. Default: the setting drain-timeout.")
    private @Nullable String timeout;

    @Option(names = "--cancel", description = "Have it take clients in again, after a drain or amid one. Those that are gone stay gone.")
    private boolean cancel;

    @Mixin
    private OperationFollower follower = new OperationFollower();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call().
    private CommandSpec spec;

    @Override
    int run(Talk talk) throws IOException, InterruptedException {
        if (cancel && timeout != null) {
            throw new CommandLine.ParameterException(spec.commandLine(),
                    "--cancel: nobody is waited for (expected: no --timeout)");
        }
        Answer begun = cancel
                ? talk.client().send("DELETE", "/drain", Map.of(), null)
                : talk.client().send("POST", "/drain", Map.of(),
                        timeout == null ? Map.of() : Map.of("timeout", timeout));
        return follower.follow(talk, begun);
    }
}
