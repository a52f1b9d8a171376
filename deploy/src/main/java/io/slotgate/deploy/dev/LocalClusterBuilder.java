package io.slotgate.deploy.dev;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a {@link LocalCluster} shall be; three shards with a replica each, without zones, if nothing else is said. */
public final class LocalClusterBuilder {
    private final Path folder;
    private final Map<String, String> options = new LinkedHashMap<>();
    private int shards = 3;
    private int replicas = 1;
    private List<String> zones = List.of();
    private @Nullable ServerKind kind;
    private @Nullable ServerBinary binary;
    private @Nullable String password;
    private @Nullable DevCertificates certificates;

    LocalClusterBuilder(Path folder) {
        this.folder = folder.toAbsolutePath();
    }

    /** 1..100 */
    public LocalClusterBuilder shards(int shards) {
        this.shards = within("shards", shards, 1, 100);
        return this;
    }

    /** Replicas of each shard, 0..5. */
    public LocalClusterBuilder replicas(int replicas) {
        this.replicas = within("replicas", replicas, 0, 5);
        return this;
    }

    /** Zones the nodes are spread over: a shard's primary in one, its replicas in the next ones. */
    public LocalClusterBuilder zones(List<String> zones) {
        this.zones = List.copyOf(zones);
        return this;
    }

    /** Takes this kind of server, not the best there is. */
    public LocalClusterBuilder server(ServerKind kind) {
        this.kind = kind;
        return this;
    }

    /** Takes exactly this server. */
    public LocalClusterBuilder server(ServerBinary binary) {
        this.binary = binary;
        return this;
    }

    /** The default user's password on every node. */
    public LocalClusterBuilder password(String password) {
        this.password = password;
        return this;
    }

    /** Nodes speak TLS only, to clients and to each other. */
    public LocalClusterBuilder tls(DevCertificates certificates) {
        this.certificates = certificates;
        return this;
    }

    /** A further configuration parameter of every node, as in its configuration file. */
    public LocalClusterBuilder option(String name, String value) {
        options.put(name, value);
        return this;
    }

    /**
     * Starts the nodes, forms the cluster, and waits until it serves; takes about three seconds.
     *
     * @throws IOException if there is no server program, or the cluster doesn't come up; then nothing of it is left
     */
    public LocalCluster start() throws IOException {
        return LocalCluster.start(this);
    }

    int shards() {
        return shards;
    }

    int replicas() {
        return replicas;
    }

    List<String> zones() {
        return zones;
    }

    Path folder() {
        return folder;
    }

    Map<String, String> options() {
        return options;
    }

    @Nullable
    String password() {
        return password;
    }

    @Nullable
    DevCertificates certificates() {
        return certificates;
    }

    ServerBinary server() throws IOException {
        if (binary != null) {
            return binary;
        }
        Path programs = folder.resolve("bin");
        return kind == null ? ServerBinary.find(programs) : ServerBinary.find(kind, programs);
    }

    private static int within(String what, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(what + ": " + value + " (expected: " + min + ".." + max + ")");
        }
        return value;
    }
}
