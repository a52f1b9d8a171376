package io.slotgate.deploy;

import io.slotgate.deploy.cli.SlotgateCommand;

/** The program {@code slotgate}. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.exit(SlotgateCommand.commandLine(RunningGateway.starter(), arguments).execute(arguments));
    }
}
