package io.slotgate.deploy.cli;

import io.slotgate.proxy.config.SlotgateConfig;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs a proxy in front of the cluster its configuration names. */
@Command(name = "serve", description = "Run a proxy until SIGINT or SIGTERM.")
final class ServeCommand implements Callable<Integer> {
    private final Gateway.Starter starter;

    @Option(names = "--config", required = true, paramLabel = "FILE", description = "The configuration, YAML.")
    private Path config = Path.of("slotgate.yaml");

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call().
    private CommandSpec spec;

    ServeCommand(Gateway.Starter starter) {
        this.starter = starter;
    }

    @Override
    public Integer call() throws Exception {
        SlotgateConfig settings = SlotgateConfig.load(config);
        try (StopRequest stop = StopRequest.install()) {
            new Serving(starter, spec.commandLine().getOut())
                    .run(settings, null, settings.upstream().seeds(), stop);
        }
        return 0;
    }
}
