package io.slotgate.proxy.facade;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.resp.RequestFrame;
import java.util.List;
import java.util.Map;

/**
 * The answers from which clients learn where to connect: CLUSTER SLOTS, SHARDS and NODES, and ROLE.
 *
 * @see <a href="https://valkey.io/commands/cluster-slots/">CLUSTER SLOTS</a>
 * @see <a href="https://valkey.io/commands/cluster-shards/">CLUSTER SHARDS</a>
 * @see <a href="https://valkey.io/commands/cluster-nodes/">CLUSTER NODES</a>
 */
final class TopologyReplies {
    /** Configuration epoch of the one shard, which never changes hands. */
    static final int EPOCH = 1;

    private static final int LAST_SLOT = SlotHash.SLOTS - 1;

    private final VirtualShard shard;

    TopologyReplies(VirtualShard shard) {
        this.shard = shard;
    }

    void addTo(Map<String, LocalCommand> commands) {
        commands.put("cluster|slots", this::slots);
        commands.put("cluster|shards", this::shards);
        commands.put("cluster|nodes", this::nodes);
        commands.put("role", this::role);
    }

    /** Three fields a node, as servers without networking metadata to tell and the managed services have it. */
    private void slots(RequestFrame frame, ClientState client, ByteBuf out) {
        List<VirtualNode> nodes = shard.nodes(client);
        ReplyWriter.array(out, 1);
        ReplyWriter.array(out, 2L + nodes.size());
        ReplyWriter.integer(out, 0);
        ReplyWriter.integer(out, LAST_SLOT);
        for (VirtualNode node : nodes) {
            ReplyWriter.array(out, 3);
            ReplyWriter.bulk(out, node.host());
            ReplyWriter.integer(out, node.port());
            ReplyWriter.bulk(out, node.id());
        }
    }

    private void shards(RequestFrame frame, ClientState client, ByteBuf out) {
        int protocol = client.protocol();
        List<VirtualNode> nodes = shard.nodes(client);
        ReplyWriter.array(out, 1);
        ReplyWriter.map(out, 2, protocol);
        ReplyWriter.bulk(out, "slots");
        ReplyWriter.array(out, 2);
        ReplyWriter.integer(out, 0);
        ReplyWriter.integer(out, LAST_SLOT);
        ReplyWriter.bulk(out, "nodes");
        ReplyWriter.array(out, nodes.size());
        for (VirtualNode node : nodes) {
            ReplyWriter.map(out, node.named() ? 8 : 7, protocol);
            ReplyWriter.bulk(out, "id");
            ReplyWriter.bulk(out, node.id());
            ReplyWriter.bulk(out, node.tls() ? "tls-port" : "port");
            ReplyWriter.integer(out, node.port());
            // The host even where it is a name: an address of one proxy would lead its clients past the load balancer.
            ReplyWriter.bulk(out, "ip");
            ReplyWriter.bulk(out, node.host());
            ReplyWriter.bulk(out, "endpoint");
            ReplyWriter.bulk(out, node.host());
            if (node.named()) {
                ReplyWriter.bulk(out, "hostname");
                ReplyWriter.bulk(out, node.host());
            }
            ReplyWriter.bulk(out, "role");
            ReplyWriter.bulk(out, node.primary() ? "master" : "replica");
            ReplyWriter.bulk(out, "replication-offset");
            ReplyWriter.integer(out, 0);
            ReplyWriter.bulk(out, "health");
            ReplyWriter.bulk(out, "online");
        }
    }

    private void nodes(RequestFrame frame, ClientState client, ByteBuf out) {
        List<VirtualNode> nodes = shard.nodes(client);
        StringBuilder lines = new StringBuilder();
        for (VirtualNode node : nodes) {
            lines.append(line(node, nodes.getFirst().id())).append('\n');
        }
        ReplyWriter.text(out, lines.toString(), client.protocol());
    }

    /** A node's line in CLUSTER NODES, without its end. The bus port is 0: there is no bus. */
    static String line(VirtualNode node, String primaryId) {
        return node.id() + " " + node.host() + ":" + node.port() + "@0" + (node.named() ? "," + node.host() : "") + " "
                + (node.myself() ? "myself," : "") + (node.primary() ? "master -" : "slave " + primaryId) + " 0 0 "
                + EPOCH + " connected" + (node.primary() ? " 0-" + LAST_SLOT : "");
    }

    private void role(RequestFrame frame, ClientState client, ByteBuf out) {
        List<VirtualNode> nodes = shard.nodes(client);
        VirtualNode primary = nodes.getFirst();
        if (!primary.myself()) {
            ReplyWriter.array(out, 5);
            ReplyWriter.bulk(out, "slave");
            ReplyWriter.bulk(out, primary.host());
            ReplyWriter.integer(out, primary.port());
            ReplyWriter.bulk(out, "connected");
            ReplyWriter.integer(out, 0);
            return;
        }
        ReplyWriter.array(out, 3);
        ReplyWriter.bulk(out, "master");
        ReplyWriter.integer(out, 0);
        ReplyWriter.array(out, nodes.size() - 1L);
        for (VirtualNode replica : nodes.subList(1, nodes.size())) {
            ReplyWriter.array(out, 3);
            ReplyWriter.bulk(out, replica.host());
            ReplyWriter.bulk(out, Integer.toString(replica.port()));
            ReplyWriter.bulk(out, "0");
        }
    }
}
