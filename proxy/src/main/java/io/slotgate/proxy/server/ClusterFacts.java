package io.slotgate.proxy.server;

import io.slotgate.proxy.command.CommandTable;
import io.slotgate.topology.discovery.Discovery;
import io.slotgate.topology.discovery.ServerVersion;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has to be known of the cluster, but for its slots, before clients are served. Asked all at once; what can't be learned
 * in time has a default that serves most.
 */
final class ClusterFacts {
    private static final Logger log = LoggerFactory.getLogger(ClusterFacts.class);
    private static final long PATIENCE_SECONDS = 5;
    private static final ServerVersion LEAST_VERSION = new ServerVersion("redis", "7.0.0");

    private final CompletableFuture<List<Object>> commands;
    private final CompletableFuture<ServerVersion> version;
    private final CompletableFuture<Integer> databases;

    private ClusterFacts(Discovery discovery) {
        this.commands = discovery.commandTable();
        this.version = discovery.serverVersion();
        this.databases = discovery.databases();
    }

    /** Asks the nodes. Does not wait. */
    static ClusterFacts ask(Discovery discovery) {
        return new ClusterFacts(discovery);
    }

    /** The upstream's own table where it can be asked, for it may have modules; else the built-in one. Waits some seconds. */
    CommandTable commands() throws InterruptedException {
        try {
            return CommandTable.learn(commands.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
        } catch (ExecutionException | TimeoutException | IllegalArgumentException e) {
            log.atWarn().setCause(e).log("The cluster's COMMAND table could not be read: the built-in one is used");
            return CommandTable.builtIn();
        }
    }

    /** Clients choose features by what HELLO says we are: it has to be what the nodes are. Waits some seconds. */
    ServerVersion version() throws InterruptedException {
        try {
            return version.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            log.atWarn().setCause(e).log("The nodes' version could not be read: clients are told the least one");
            return LEAST_VERSION;
        }
    }

    /** How many databases there are; 0: only database 0. Waits some seconds. */
    int databases() throws InterruptedException {
        try {
            return databases.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            log.atInfo().addKeyValue("reason", String.valueOf(e.getCause()))
                    .log("How many databases there are could not be read (CONFIG GET): only database 0 is used");
            return 0;
        }
    }
}
