package io.slotgate.proxy.server;

import io.slotgate.proxy.command.CommandTable;
import io.slotgate.topology.discovery.Discovery;
import io.slotgate.topology.discovery.ServerVersion;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has to be known of the cluster, but for its slots, to serve clients. Asked all at once; what can't be learned in time has
 * a default that serves most.
 *
 * @param commands the upstream's own table where it can be asked, for it may have modules; else the built-in one
 * @param version what HELLO says we are, for clients choose features by it: it has to be what the nodes are
 * @param databases how many there are; 0: only database 0
 */
record ClusterFacts(CommandTable commands, ServerVersion version, int databases) {
    private static final Logger log = LoggerFactory.getLogger(ClusterFacts.class);
    private static final long PATIENCE_SECONDS = 5;
    private static final ServerVersion LEAST_VERSION = new ServerVersion("redis", "7.0.0");

    /** Asks the nodes. Never fails; completes, on any thread, within some seconds. */
    static CompletableFuture<ClusterFacts> learn(Discovery discovery) {
        CompletableFuture<CommandTable> commands = inTime(discovery.commandTable())
                .thenApplyAsync(CommandTable::learn)
                .exceptionally(cause -> {
                    log.atWarn().setCause(cause)
                            .log("The cluster's COMMAND table could not be read: the built-in one is used");
                    return CommandTable.builtIn();
                });
        CompletableFuture<ServerVersion> version = inTime(discovery.serverVersion()).exceptionally(cause -> {
            log.atWarn().setCause(cause)
                    .log("The nodes' version could not be read: clients are told the least one");
            return LEAST_VERSION;
        });
        CompletableFuture<Integer> databases = inTime(discovery.databases()).exceptionally(cause -> {
            log.atInfo().addKeyValue("reason", String.valueOf(cause))
                    .log("How many databases there are could not be read (CONFIG GET): only database 0 is used");
            return 0;
        });
        return CompletableFuture.allOf(commands, version, databases)
                .thenApply(all -> new ClusterFacts(commands.join(), version.join(), databases.join()));
    }

    private static <T> CompletableFuture<T> inTime(CompletableFuture<T> answer) {
        return answer.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
