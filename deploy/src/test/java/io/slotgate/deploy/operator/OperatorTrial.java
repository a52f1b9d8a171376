package io.slotgate.deploy.operator;

import io.slotgate.deploy.cli.SlotgateCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** Gives commands and keeps what they said. */
final class OperatorTrial {
    private final URI admin;
    private StringWriter out = new StringWriter();
    private StringWriter err = new StringWriter();

    OperatorTrial(URI admin) {
        this.admin = admin;
    }

    /** @return the exit code */
    int run(String... arguments) {
        out = new StringWriter();
        err = new StringWriter();
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--admin", admin.toString()));
        return SlotgateCommand.commandLine(config -> {
            throw new IOException("starts nothing");
        }, arguments).setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true))
                .execute(all.toArray(String[]::new));
    }

    String out() {
        return out.toString();
    }

    String err() {
        return err.toString();
    }
}
