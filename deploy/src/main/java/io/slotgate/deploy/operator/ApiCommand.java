package io.slotgate.deploy.operator;

import io.slotgate.deploy.client.ApiClient;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that asks a running proxy. Anything but its answer goes to standard error. */
abstract class ApiCommand implements Callable<Integer> {
    /** All went well. */
    static final int DONE = 0;
    /** The proxy refused, or what was asked for failed. */
    static final int FAILED = 1;

    @Mixin
    private ApiOptions options = new ApiOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call().
    private CommandSpec spec;

    @Override
    public final Integer call() throws IOException, InterruptedException {
        try (ApiClient client = new ApiClient(options.access(spec.commandLine()))) {
            return run(new Talk(client, spec.commandLine().getOut(), spec.commandLine().getErr(), options.json()));
        }
    }

    /** @return the exit code */
    abstract int run(Talk talk) throws IOException, InterruptedException;
}
