package io.slotgate.deploy.dev;

import io.slotgate.topology.model.HostPort;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A cluster of real server processes on the loopback address, without persistence. It ends with {@link #close}, or with
 * this JVM. Nodes 0 to {@code shards - 1} start as primaries; node {@code shards + i} starts as a replica of node
 * {@code i % shards}. Nodes may be called and made to fail from any thread.
 */
public final class LocalCluster implements AutoCloseable {
    private static final int ATTEMPTS = 3;
    private static final Duration FORM_PATIENCE = Duration.ofSeconds(30);

    private final ServerBinary server;
    private final NodeFactory factory;
    private final int replicas;
    private final List<LocalNode> nodes = new CopyOnWriteArrayList<>();

    private LocalCluster(LocalClusterBuilder settings, ServerBinary server) {
        this.server = server;
        this.factory = new NodeFactory(settings, server);
        this.replicas = settings.shards() * settings.replicas();
    }

    /** @param folder where nodes keep their files; what earlier clusters left there is removed */
    public static LocalClusterBuilder builder(Path folder) {
        return new LocalClusterBuilder(folder);
    }

    static LocalCluster start(LocalClusterBuilder settings) throws IOException {
        ServerBinary server = settings.server();
        for (int attempt = 1;; attempt++) {
            try {
                return start(settings, server);
            } catch (NodeEndedException e) {
                // Others look for free ports too, and may take one between our looking and the node's binding.
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private static LocalCluster start(LocalClusterBuilder settings, ServerBinary server) throws IOException {
        LocalCluster cluster = new LocalCluster(settings, server);
        try {
            cluster.factory.clean();
            cluster.launch(settings.shards() + cluster.replicas);
            List<LocalNode> primaries = cluster.nodes.subList(0, settings.shards());
            List<LocalNode> followers = cluster.nodes.subList(settings.shards(), cluster.nodes.size());
            new ClusterFormation(primaries, followers, FORM_PATIENCE).form();
            cluster.awaitStable(FORM_PATIENCE);
            return cluster;
        } catch (IOException | RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    /** What the nodes run. */
    public ServerBinary server() {
        return server;
    }

    public List<LocalNode> nodes() {
        return List.copyOf(nodes);
    }

    public LocalNode node(int index) {
        return nodes.get(index);
    }

    /**
     * The node that owns {@code slot} now, by its own account: others may hear of a failover or a move seconds after clients have been
     * served by the new owner. While no node that runs owns it, the one that the first of them takes for the owner.
     */
    public LocalNode owner(int slot) throws IOException {
        LocalNode owner = null;
        long claim = -1;
        for (LocalNode node : nodes) {
            // Who goes on after a pause may not know yet that another took over, with a higher epoch.
            long claimed = claim(node, slot);
            if (claimed > claim) {
                owner = node;
                claim = claimed;
            }
        }
        return owner == null ? supposedOwner(slot) : owner;
    }

    private static long claim(LocalNode node, int slot) {
        try {
            return node.isRunning() ? ClusterView.of(node).claim(slot) : -1;
        } catch (IOException e) {
            // It is about to end, or has not come up yet: then it serves nobody.
            return -1;
        }
    }

    private LocalNode supposedOwner(int slot) throws IOException {
        LocalNode asked = nodes.stream().filter(LocalNode::isRunning).findFirst()
                .orElseThrow(() -> new IOException("no node runs"));
        int port = ClusterView.of(asked).ownerPort(slot);
        return nodes.stream().filter(node -> node.address().port() == port).findFirst()
                .orElseThrow(() -> new IOException("slot " + slot + " has no owner among " + nodes));
    }

    public List<HostPort> addresses() {
        return nodes.stream().map(LocalNode::address).toList();
    }

    /** Addresses to give a client as its first contacts: those of the nodes that started as primaries. */
    public List<HostPort> seeds() {
        return addresses().subList(0, nodes.size() - replicas);
    }

    /** Starts a further node, without slots, and lets it meet the others. */
    public LocalNode addNode(@Nullable String zone) throws IOException {
        LocalNode added = factory.create(FreePorts.take(1).getFirst(), zone);
        added.launch();
        nodes.add(added);
        added.awaitAnswer();
        for (LocalNode other : nodes) {
            if (other != added && other.isAlive()) {
                ClusterFormation.meet(added, other);
            }
        }
        return added;
    }

    /** Has the others forget a node that owns no slots any more, and ends it: it is none of {@link #nodes} from then on. */
    public void removeNode(LocalNode node) throws IOException {
        String id = node.id();
        nodes.remove(node);
        for (LocalNode other : nodes) {
            if (other.isAlive()) {
                other.call("CLUSTER", "FORGET", id);
            }
        }
        node.kill();
    }

    /**
     * Waits until all nodes run, agree that all slots are served and nobody fails, every replica has its primary's data and gets
     * each write at once, and each node could be killed and started again (but while it is upgraded: older servers don't tell which
     * shard they are in, so newer ones could not).
     */
    public void awaitStable(Duration patience) throws IOException {
        try {
            Waiting.until("the cluster to be stable", patience, () -> obstacle() == null);
        } catch (IOException e) {
            String last = obstacle();
            throw last == null ? e : new IOException(e.getMessage() + ": " + last, e);
        }
        for (LocalNode node : nodes) {
            long followers = ClusterView.of(node).replicasOf(node.id());
            if (followers > 0) {
                awaitStream(node, followers, patience);
            }
        }
    }

    /**
     * Waits until the replicas of a primary are sent each write at once. That is not so yet when they have its data: a primary
     * goes on with what was written since when a replica acknowledges next, up to a second later, and all of that would be lost
     * if it died first.
     */
    private static void awaitStream(LocalNode primary, long replicas, Duration patience) throws IOException {
        long mark = Replication.marked(primary);
        Waiting.until("the replicas of " + primary + " to be sent what is written", patience, () -> {
            // Each mark makes them acknowledge what came before.
            Replication.marked(primary);
            return Replication.of(primary).acknowledged(mark) >= replicas;
        });
    }

    /** What keeps the cluster from being stable, as the first node tells it that does; null if nothing. */
    private @Nullable String obstacle() throws IOException {
        for (LocalNode node : nodes) {
            if (!node.isAlive()) {
                throw new IOException("node " + node + " ended");
            }
            ClusterView view = ClusterView.of(node);
            if (!view.isStable(nodes.size(), replicas)) {
                return "node " + node + " sees\n" + String.join("\n", view.nodes());
            }
            if (!Replication.of(node).hasDataOfItsPrimary()) {
                return "replica " + node + " is not connected to its primary";
            }
            if (sameServers() && !node.canStartAgain()) {
                return "node " + node + " could not start again with what it remembers:\n" + node.remembered();
            }
        }
        return null;
    }

    private boolean sameServers() {
        return nodes.stream().map(LocalNode::program).distinct().count() == 1;
    }

    /** Kills all nodes. */
    @Override
    public void close() {
        for (LocalNode node : nodes) {
            if (node.isAlive()) {
                node.kill();
            }
        }
    }

    private void launch(int count) throws IOException {
        for (int port : FreePorts.take(count)) {
            LocalNode node = factory.create(port, factory.zone(nodes.size()));
            nodes.add(node);
            node.launch();
        }
        for (LocalNode node : nodes) {
            node.awaitAnswer();
        }
    }
}
