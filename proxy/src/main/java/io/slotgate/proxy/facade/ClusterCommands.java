package io.slotgate.proxy.facade;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.resp.RequestFrame;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The subcommands of CLUSTER that ask for one thing: ids, slots of keys, state, replicas.
 *
 * @see <a href="https://valkey.io/commands/?group=cluster">Cluster commands</a>
 */
final class ClusterCommands {
    private static final byte[] NOT_A_PRIMARY = Replies.bytes("-ERR The specified node is not a master\r\n");

    private final VirtualShard shard;
    private final IntSupplier coveredSlots;

    /** @param coveredSlots number of slots that have an owner at this moment; called on workers */
    ClusterCommands(VirtualShard shard, IntSupplier coveredSlots) {
        this.shard = shard;
        this.coveredSlots = coveredSlots;
    }

    void addTo(Map<String, LocalCommand> commands) {
        commands.put("cluster|info", this::info);
        commands.put("cluster|myid", (frame, client, out) -> ReplyWriter.bulk(out, shard.myself(client)));
        commands.put("cluster|myshardid", (frame, client, out) -> ReplyWriter.bulk(out, shard.id()));
        commands.put("cluster|keyslot", (frame, client, out) -> ReplyWriter.integer(out,
                SlotHash.slot(frame.buffer(), frame.offset(2), frame.length(2))));
        commands.put("cluster|replicas", this::replicas);
        commands.put("cluster|slaves", this::replicas);
        commands.put("cluster|count-failure-reports", this::failureReports);
        // There is no cluster bus between the port of the one shard's primary and that of its replica.
        commands.put("cluster|links", (frame, client, out) -> ReplyWriter.array(out, 0));
        commands.put("cluster|help", new HelpCommand("CLUSTER", """
                COUNT-FAILURE-REPORTS <node-id>
                    Return number of failure reports for <node-id>.
                COUNTKEYSINSLOT <slot>
                    Return the number of keys in <slot>.
                GETKEYSINSLOT <slot> <count>
                    Return key names in a slot.
                INFO
                    Return information about the cluster.
                KEYSLOT <key>
                    Return the hash slot for <key>.
                LINKS
                    Return information about all network links between this node and its peers.
                MYID
                    Return the node id.
                MYSHARDID
                    Return the node's shard id.
                NODES
                    Return cluster configuration seen by node. Output format:
                    <id> <ip:port@bus-port[,hostname]> <flags> <primary> <pings> <pongs> <epoch> <link> <slot> ...
                REPLICAS <node-id>
                    Return <node-id> replicas.
                SHARDS
                    Return information about slot range mappings and the nodes associated with them.
                SLOTS
                    Return information about slots range mappings. Each range is made of:
                    start, end, primary and replicas IP addresses, ports and ids
                """));
    }

    private void info(RequestFrame frame, ClientState client, ByteBuf out) {
        int covered = coveredSlots.getAsInt();
        String text = "cluster_enabled:1\r\n"
                + "cluster_state:" + (covered == SlotHash.SLOTS ? "ok" : "fail") + "\r\n"
                + "cluster_slots_assigned:" + SlotHash.SLOTS + "\r\n"
                + "cluster_slots_ok:" + covered + "\r\n"
                + "cluster_slots_pfail:0\r\n"
                + "cluster_slots_fail:" + (SlotHash.SLOTS - covered) + "\r\n"
                + "cluster_known_nodes:" + shard.nodes(client).size() + "\r\n"
                + "cluster_size:1\r\n"
                + "cluster_current_epoch:" + TopologyReplies.EPOCH + "\r\n"
                + "cluster_my_epoch:" + TopologyReplies.EPOCH + "\r\n"
                + "cluster_stats_messages_sent:0\r\n"
                + "cluster_stats_messages_received:0\r\n"
                + "total_cluster_links_buffer_limit_exceeded:0\r\n";
        ReplyWriter.text(out, text, client.protocol());
    }

    private void replicas(RequestFrame frame, ClientState client, ByteBuf out) {
        VirtualNode node = named(frame, client);
        if (node == null) {
            unknownNode(frame, out);
            return;
        }
        if (!node.primary()) {
            out.writeBytes(NOT_A_PRIMARY);
            return;
        }
        ReplyWriter.array(out, shard.nodes(client).size() - 1L);
        for (VirtualNode replica : shard.nodes(client)) {
            if (!replica.primary()) {
                ReplyWriter.bulk(out, TopologyReplies.line(replica, node.id()));
            }
        }
    }

    private void failureReports(RequestFrame frame, ClientState client, ByteBuf out) {
        if (named(frame, client) == null) {
            unknownNode(frame, out);
        } else {
            ReplyWriter.integer(out, 0);
        }
    }

    private @Nullable VirtualNode named(RequestFrame frame, ClientState client) {
        for (VirtualNode node : shard.nodes(client)) {
            if (frame.length(2) == node.id().length() && frame.buffer()
                    .toString(frame.offset(2), frame.length(2), StandardCharsets.US_ASCII).equals(node.id())) {
                return node;
            }
        }
        return null;
    }

    private static void unknownNode(RequestFrame frame, ByteBuf out) {
        Replies.errorQuoting(out, "-ERR Unknown node ", frame, 2, "");
    }
}
