package io.slotgate.deploy.cli;

import io.slotgate.proxy.config.ConfigException;
import java.io.IOException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The program's command line: exit code 0 when all went well, 1 when not, 2 when the arguments are wrong. */
@Command(name = "slotgate", synopsisSubcommandLabel = "COMMAND", description = "A cluster-aware proxy for Valkey and Redis Cluster.")
public final class SlotgateCommand {
    @Option(names = {"-h",
        "--help"}, usageHelp = true, scope = CommandLine.ScopeType.INHERIT, description = "Show this.")
    @SuppressWarnings("UnusedVariable") // picocli looks at it.
    private boolean help;

    private SlotgateCommand() {}

    /** @param starter how {@code serve} and {@code dev} get their proxy */
    public static CommandLine commandLine(Gateway.Starter starter) {
        CommandLine line = new CommandLine(new SlotgateCommand());
        line.addSubcommand(new DevCommand(starter));
        line.addSubcommand(new ServeCommand(starter));
        line.addSubcommand(new CheckCommand());
        line.addSubcommand(new VersionCommand());
        line.setExecutionExceptionHandler((e, failed, parsed) -> {
            report(e, failed.getErr());
            return CommandLine.ExitCode.SOFTWARE;
        });
        return line;
    }

    /** What the user can do something about is said in a line; anything else is a defect, and shown in full. */
    private static void report(Exception e, PrintWriter err) {
        if (e instanceof ConfigException config) {
            config.problems().forEach(err::println);
        } else if (e instanceof IOException) {
            err.println(e.getMessage() == null ? e : e.getMessage());
        } else {
            e.printStackTrace(err);
        }
        err.flush();
    }
}
