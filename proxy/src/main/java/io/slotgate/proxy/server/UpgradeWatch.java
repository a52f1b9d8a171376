package io.slotgate.proxy.server;

import io.slotgate.topology.discovery.ServerVersion;
import io.slotgate.topology.model.Health;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Node;
import io.slotgate.topology.model.NodeFigures;
import io.slotgate.topology.model.NodeHealth;
import io.slotgate.topology.model.SlotMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees when the nodes run another version than they did, so that clients get its commands without a restart of the proxy. While
 * an upgrade is under way, with nodes of both versions, the older one counts: what that can do, all of them can. Confined to the
 * discovery thread.
 */
final class UpgradeWatch {
    private static final Logger log = LoggerFactory.getLogger(UpgradeWatch.class);

    private final Supplier<CompletableFuture<ClusterFacts>> learn;
    private final Consumer<ClusterFacts> apply;
    private ServerVersion known;
    private boolean learning;

    /**
     * @param known what the nodes were taken for when they were asked
     * @param learn asks again, and completes on the discovery thread
     * @param apply told what was learned, on the discovery thread
     */
    UpgradeWatch(ServerVersion known, Supplier<CompletableFuture<ClusterFacts>> learn, Consumer<ClusterFacts> apply) {
        this.known = known;
        this.learn = learn;
        this.apply = apply;
    }

    /** Learns again if the least version that nodes tell of is not the one that is known. */
    void look(SlotMap map, Map<HostPort, NodeHealth> healths) {
        ServerVersion least = least(map, healths);
        if (learning || least == null || least.equals(known)) {
            return;
        }
        learning = true;
        learn.get().thenAccept(facts -> {
            learning = false;
            log.atInfo().addKeyValue("before", known.toString()).addKeyValue("after", least.toString())
                    .log("The nodes run another version: clients are told so, and get its commands");
            known = least;
            apply.accept(new ClusterFacts(facts.commands(), least, facts.databases()));
        });
    }

    /** Of all nodes but those that have failed; null if one of them has not told. */
    private static @Nullable ServerVersion least(SlotMap map, Map<HostPort, NodeHealth> healths) {
        ServerVersion least = null;
        for (Node node : map.nodes()) {
            if (node.health() != Health.FAILED) {
                NodeHealth health = healths.get(node.address());
                NodeFigures figures = health == null ? null : health.figures();
                if (figures == null || figures.version().isEmpty()) {
                    return null;
                }
                ServerVersion told = ServerVersion.of(figures.version());
                least = least == null || told.compareTo(least) < 0 ? told : least;
            }
        }
        return least;
    }
}
