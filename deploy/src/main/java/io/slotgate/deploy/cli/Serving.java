package io.slotgate.deploy.cli;

import io.slotgate.proxy.config.SlotgateConfig;
import io.slotgate.topology.model.HostPort;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs one gateway: starts it, says READY once it is, and waits for the request to stop. */
final class Serving {
    private static final Logger log = LoggerFactory.getLogger(Serving.class);
    private static final long PAUSE_MILLIS = 5;
    private static final long REMINDER_MILLIS = 10_000;

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
            awaitReady(gateway, stop);
            if (!stop.isRequested()) {
                out.println(new ReadyLine(config, gateway).text(ca, nodes));
                out.flush();
                stop.await();
            }
        }
    }

    private static void awaitReady(Gateway gateway, StopRequest stop) throws InterruptedException {
        long reminded = System.nanoTime();
        while (!gateway.ready() && !stop.isRequested()) {
            Thread.sleep(PAUSE_MILLIS);
            if (System.nanoTime() - reminded > REMINDER_MILLIS * 1_000_000) {
                reminded = System.nanoTime();
                log.atWarn().log("not ready yet: no node has told a usable slot map");
            }
        }
    }
}
