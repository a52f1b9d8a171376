package io.slotgate.deploy.cli;

import io.slotgate.proxy.config.SlotgateConfig;
import io.slotgate.topology.model.HostPort;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs one gateway: starts it, says READY once it serves, and waits for the request to stop. */
final class Serving {
    private final Gateway.Starter starter;
    private final PrintWriter out;

    /** @param out where the READY line goes */
    Serving(Gateway.Starter starter, PrintWriter out) {
        this.starter = starter;
        this.out = out;
    }

    /** @param ca what clients have to trust, if we made it; null if not */
    void run(SlotgateConfig config, @Nullable Path ca, List<HostPort> nodes, StopRequest stop)
            throws IOException, InterruptedException {
        try (Gateway gateway = starter.start(config)) {
            out.println(new ReadyLine(config, gateway).text(ca, nodes));
            out.flush();
            stop.allow(gateway::longestDrain);
            stop.await();
            gateway.drain();
        }
    }
}
