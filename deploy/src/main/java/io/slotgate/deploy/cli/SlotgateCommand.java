package io.slotgate.deploy.cli;

import io.slotgate.deploy.client.ApiException;
import io.slotgate.deploy.operator.OperatorCommands;
import io.slotgate.deploy.operator.Problems;
import io.slotgate.proxy.config.ConfigException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The program's command line: exit code 0 when all went well, 1 when not, 2 when the arguments are wrong; of those commands that
 * ask a running proxy 3 when it can't be reached, and 4 when it does not allow it.
 */
@Command(name = "slotgate", synopsisSubcommandLabel = "COMMAND", description = "A cluster-aware proxy for Valkey and Redis Cluster.", exitCodeListHeading = "%nExit codes:%n", exitCodeList = {
    "0:all went well", "1:it failed, or was refused", "2:the arguments are wrong",
    "3:the proxy's admin API can't be reached", "4:its token, or the lack of one, does not allow it"})
public final class SlotgateCommand {
    @Option(names = {"-h",
        "--help"}, usageHelp = true, scope = CommandLine.ScopeType.INHERIT, description = "Show this.")
    @SuppressWarnings("UnusedVariable") // picocli looks at it.
    private boolean help;

    private SlotgateCommand() {}

    /** @param starter how {@code serve} and {@code dev} get their proxy */
    public static CommandLine commandLine(Gateway.Starter starter) {
        return commandLine(starter, new String[0]);
    }

    /**
     * As the other one, for these arguments only: of all commands those are left out that they don't name, for each takes some
     * time to set up.
     */
    public static CommandLine commandLine(Gateway.Starter starter, String[] arguments) {
        Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
        commands.put("dev", () -> new DevCommand(starter));
        commands.put("serve", () -> new ServeCommand(starter));
        commands.put("check", () -> new CheckCommand(starter));
        commands.put("version", VersionCommand::new);
        commands.putAll(OperatorCommands.byName());
        if (arguments.length > 0 && commands.containsKey(arguments[0])) {
            commands.keySet().retainAll(Set.of(arguments[0]));
        }
        CommandLine line = new CommandLine(new SlotgateCommand());
        commands.forEach((name, command) -> line.addSubcommand(name, command.get()));
        line.setExecutionExceptionHandler((e, failed, parsed) -> {
            report(e, failed.getErr());
            return e instanceof ApiException problem ? Problems.exitCode(problem) : CommandLine.ExitCode.SOFTWARE;
        });
        return line;
    }

    /** What the user can do something about is said in a line; anything else is a defect, and shown in full. */
    private static void report(Exception e, PrintWriter err) {
        if (e instanceof ApiException problem) {
            Problems.report(problem, err);
        } else if (e instanceof ConfigException config) {
            config.problems().forEach(err::println);
        } else if (e instanceof IOException) {
            err.println(e.getMessage() == null ? e : e.getMessage());
        } else {
            e.printStackTrace(err);
        }
        err.flush();
    }
}
