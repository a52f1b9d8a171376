package io.slotgate.proxy.upstream;

import io.slotgate.proxy.upstream.ChannelKey.Lane;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Node;
import io.slotgate.topology.model.SlotMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Lets go of channels to nodes that have left the cluster, and of those to replicas that are none any more, so that nothing is left of
 * them however many nodes come and go. One with something under way, or that is being connected, goes as soon as that is over.
 * Leases, and channels on which somebody listens, belong to whoever has them, who lets go of them. Confined to its worker.
 */
final class FormerNodes {
    private static final Set<Lane> OF_OTHERS = Set.of(Lane.LEASED, Lane.PUBSUB, Lane.TRACKING, Lane.MONITOR);

    private final Map<ChannelKey, UpstreamChannel> channels;
    /** Nodes that others said own slots, since the last slot map: it may be too old to have them. */
    private final Set<HostPort> announced = new HashSet<>();

    FormerNodes(Map<ChannelKey, UpstreamChannel> channels) {
        this.channels = channels;
    }

    /** A node has slots, whatever the slot map says. */
    void announced(HostPort node) {
        announced.add(node);
    }

    /** There is a new slot map: what was heard before it does not count any more. */
    void follow(SlotMap map) {
        announced.clear();
        sweep(map);
    }

    /** Lets go of what can be let go of by now. */
    void sweep(SlotMap map) {
        for (UpstreamChannel channel : List.copyOf(channels.values())) {
            if (isOfUse(channel.key(), map)) {
                continue;
            }
            Connection connection = channel.connection();
            if (channel.waiting() == 0 && (channel.ready() || connection.state() instanceof ChannelState.Idle)) {
                channels.remove(channel.key());
                connection.discard();
            } else {
                connection.wanted(false);
            }
        }
    }

    private boolean isOfUse(ChannelKey key, SlotMap map) {
        Node node = map.node(key.node());
        if (node == null) {
            return OF_OTHERS.contains(key.lane()) || announced.contains(key.node());
        }
        return key.lane() != Lane.REPLICA || Replicas.isReplica(node);
    }
}
