package io.slotgate.deploy.cli;

import io.slotgate.proxy.config.ConfigException;
import io.slotgate.proxy.config.SlotgateConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says what is wrong with a configuration and the certificates it names, all of it. */
@Command(name = "check", description = "Print every problem of a configuration; exit code 1 if there is one.")
final class CheckCommand implements Callable<Integer> {
    private final Gateway.Starter starter;

    @Option(names = "--config", required = true, paramLabel = "FILE", description = "The configuration, YAML.")
    private Path config = Path.of("slotgate.yaml");

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call().
    private CommandSpec spec;

    CheckCommand(Gateway.Starter starter) {
        this.starter = starter;
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try {
            starter.check(SlotgateConfig.load(config));
            out.println(config + ": no problem found");
            return 0;
        } catch (ConfigException e) {
            e.problems().forEach(out::println);
            return 1;
        }
    }
}
