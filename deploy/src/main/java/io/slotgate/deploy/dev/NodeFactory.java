package io.slotgate.deploy.dev;

import io.slotgate.topology.model.HostPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/** Makes the nodes of one cluster: their folder, configuration, zone, and the way they are spoken to. */
final class NodeFactory {
    private final LocalClusterBuilder settings;
    private final ServerBinary server;
    private final NodeAccess access;

    NodeFactory(LocalClusterBuilder settings, ServerBinary server) {
        this.settings = settings;
        this.server = server;
        DevCertificates certificates = settings.certificates();
        SocketFactory sockets = certificates == null ? SocketFactory.getDefault() : certificates.clientSockets();
        this.access = new NodeAccess(sockets, settings.password());
    }

    LocalNode create(int port, @Nullable String zone) {
        Path folder = nodesFolder().resolve(Integer.toString(port));
        List<String> command = new ArrayList<>(List.of(server.executable().toString()));
        parameters(port, folder, zone).forEach((name, value) -> {
            command.add("--" + name);
            command.add(value);
        });
        return new LocalNode(new HostPort(Loopback.HOST, port), zone, folder, command, access);
    }

    /** The zone of node {@code index}: a shard's primary, then its replicas, walk through the zones. */
    @Nullable
    String zone(int index) {
        List<String> zones = settings.zones();
        int shard = index % settings.shards();
        int copy = index / settings.shards();
        return zones.isEmpty() ? null : zones.get((shard + copy) % zones.size());
    }

    /** Removes what earlier clusters left in the folder. */
    void clean() throws IOException {
        Path folder = nodesFolder();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> left = Files.walk(folder)) {
                for (Path each : left.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
        }
    }

    private Path nodesFolder() {
        return settings.folder().resolve("nodes");
    }

    private Map<String, String> parameters(int port, Path folder, @Nullable String zone) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("port", Integer.toString(port));
        parameters.put("bind", Loopback.HOST);
        parameters.put("dir", folder.toString());
        parameters.put("cluster-enabled", "yes");
        parameters.put("cluster-node-timeout", "2000");
        parameters.put("cluster-allow-replica-migration", "no");
        parameters.put("save", "");
        parameters.put("appendonly", "no");
        // By default a primary waits 5 s for more replicas before it sends its data to the first.
        parameters.put("repl-diskless-sync-delay", "0");
        // Else a node that was a replica once starts again with what its primary sent it then.
        parameters.put("rdb-del-sync-files", "yes");
        if (zone != null && server.knowsZones()) {
            parameters.put("availability-zone", zone);
        }
        String password = settings.password();
        if (password != null) {
            parameters.put("requirepass", password);
            parameters.put("masterauth", password);
        }
        DevCertificates certificates = settings.certificates();
        if (certificates != null) {
            tls(parameters, port, certificates);
        }
        parameters.putAll(settings.options());
        return parameters;
    }

    private static void tls(Map<String, String> parameters, int port, DevCertificates certificates) {
        parameters.put("port", "0");
        parameters.put("tls-port", Integer.toString(port));
        parameters.put("tls-cert-file", certificates.certificate().toString());
        parameters.put("tls-key-file", certificates.key().toString());
        parameters.put("tls-ca-cert-file", certificates.ca().toString());
        parameters.put("tls-auth-clients", "no");
        parameters.put("tls-cluster", "yes");
        parameters.put("tls-replication", "yes");
    }
}
