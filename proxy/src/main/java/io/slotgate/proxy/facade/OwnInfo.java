package io.slotgate.proxy.facade;

import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;

/** What INFO says of us in place of the nodes behind us. Immutable. */
public final class OwnInfo {
    private final VirtualShard shard;
    private final boolean clusterEnabled;

    OwnInfo(VirtualShard shard, boolean clusterEnabled) {
        this.shard = shard;
        this.clusterEnabled = clusterEnabled;
    }

    /**
     * The values by field.
     *
     * @param clients connected clients of all workers
     */
    public Map<String, String> fields(ClientState client, long clients) {
        String mode = clusterEnabled ? "cluster" : "standalone";
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("redis_mode", mode);
        fields.put("server_mode", mode);
        fields.put("run_id", shard.myself(client));
        if (client.local() instanceof InetSocketAddress local) {
            fields.put("tcp_port", Integer.toString(local.getPort()));
        }
        fields.put("connected_clients", Long.toString(clients));
        VirtualNode primary = shard.nodes(client).getFirst();
        fields.put("role", primary.myself() ? "master" : "slave");
        if (!primary.myself()) {
            fields.put("master_host", primary.host());
            fields.put("master_port", Integer.toString(primary.port()));
            fields.put("master_link_status", "up");
            fields.put("master_last_io_seconds_ago", "0");
            fields.put("master_sync_in_progress", "0");
        }
        fields.put("cluster_enabled", clusterEnabled ? "1" : "0");
        return fields;
    }
}
