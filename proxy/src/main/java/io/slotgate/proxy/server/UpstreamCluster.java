package io.slotgate.proxy.server;

import io.slotgate.proxy.config.SlotgateConfig;
import io.slotgate.proxy.config.TopologySettings;
import io.slotgate.proxy.config.Upstream;
import io.slotgate.topology.discovery.ClusterAccess;
import io.slotgate.topology.discovery.ClusterTls;
import io.slotgate.topology.discovery.Discovery;
import io.slotgate.topology.discovery.DiscoverySettings;
import io.slotgate.topology.model.SlotMap;
import io.slotgate.topology.table.TopologyTable;

/**
 * The cluster behind a proxy: what is known of it, who finds that out, and what has changed. Any thread.
 *
 * @param table the slot map as it is known now
 * @param discovery asks the nodes, once it is started
 * @param history what has changed in the cluster and here
 */
record UpstreamCluster(TopologyTable table, Discovery discovery, ServerHistory history) {
    /** The configured one; nothing is asked before {@link Discovery#start}. */
    static UpstreamCluster of(SlotgateConfig config) {
        TopologyTable table = new TopologyTable();
        TopologySettings topology = config.topology();
        Discovery discovery = new Discovery(access(config), new DiscoverySettings(topology.refreshInterval(),
                topology.minRefreshGap(), topology.probedNodes(), topology.zones()), table);
        return new UpstreamCluster(table, discovery, new ServerHistory(table, discovery));
    }

    private static ClusterAccess access(SlotgateConfig config) {
        Upstream upstream = config.upstream();
        ClusterTls tls = upstream.tls() == null
                ? null
                : new ClusterTls(upstream.tls().ca(), upstream.tls().certificate(), upstream.tls().key(),
                        upstream.tls().verifyHostname());
        return new ClusterAccess(upstream.seeds(), upstream.user(),
                upstream.password() == null ? null : upstream.password().reveal(), tls, upstream.connectTimeout(),
                config.topology().probeTimeout());
    }

    /** Whether every slot has an owner. */
    boolean covered() {
        return table.current().coveredSlots() == SlotMap.SLOTS;
    }
}
