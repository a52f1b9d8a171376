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

    /** The node that owns {@code slot} now, as the first live node sees it. */
    public LocalNode owner(int slot) throws IOException {
        int port = ClusterView.of(anyAlive()).ownerPort(slot);
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

    /**
     * Waits until all nodes run, agree that all slots are served and nobody fails, and every replica has its primary's
     * data.
     */
    public void awaitStable(Duration patience) throws IOException {
        Waiting.until("the cluster to be stable", patience, () -> {
            for (LocalNode node : nodes) {
                if (!node.isAlive()) {
                    throw new IOException("node " + node + " ended");
                }
                if (!ClusterView.of(node).isStable(nodes.size(), replicas) || !hasData(node)) {
                    return false;
                }
            }
            return true;
        });
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

    private LocalNode anyAlive() throws IOException {
        return nodes.stream().filter(LocalNode::isAlive).findFirst()
                .orElseThrow(() -> new IOException("no node is alive"));
    }

    private static boolean hasData(LocalNode node) throws IOException {
        List<String> lines = node.text("INFO", "replication").lines().toList();
        return lines.contains("role:master") || lines.contains("master_link_status:up");
    }
}
