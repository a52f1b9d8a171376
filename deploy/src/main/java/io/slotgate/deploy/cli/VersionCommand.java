package io.slotgate.deploy.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Says which Slotgate this is. */
@Command(name = "version", description = "Print the version.")
final class VersionCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call().
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        try (InputStream in = VersionCommand.class.getResourceAsStream("version.txt")) {
            if (in == null) {
                throw new IOException("version.txt: missing from this build");
            }
            String version = new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
            spec.commandLine().getOut().println("slotgate " + version);
        }
        return 0;
    }
}
