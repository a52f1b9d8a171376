package io.slotgate.deploy.dev;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The cluster as one node sees it.
 *
 * @param info the lines of CLUSTER INFO
 * @param nodes the lines of CLUSTER NODES
 */
record ClusterView(List<String> info, List<String> nodes) {
    private static final int ADDRESS = 1;
    private static final int FLAGS = 2;
    private static final int PRIMARY = 3;
    private static final int EPOCH = 6;
    private static final int FIRST_SLOTS = 8;

    static ClusterView of(LocalNode node) throws IOException {
        return new ClusterView(node.text("CLUSTER", "INFO").lines().toList(),
                node.text("CLUSTER", "NODES").lines().toList());
    }

    /** Whether it has shaken hands with {@code count} nodes, itself among them. */
    boolean hasMet(int count) {
        return count("master") + count("slave") == count && nodes.size() == count && count("handshake") == 0;
    }

    /** Whether it serves all slots, and knows this many nodes and this many replicas among them, none of them failing. */
    boolean isStable(int count, int replicas) {
        return hasMet(count) && count("slave") == replicas && count("fail") + count("fail?") == 0
                && info.contains("cluster_state:ok") && info.contains("cluster_slots_ok:16384");
    }

    /** Client port of the node that owns {@code slot}; -1 if none does. */
    int ownerPort(int slot) {
        for (String line : nodes) {
            if (owns(line, slot)) {
                String address = line.split(" ")[ADDRESS];
                return Integer.parseInt(address.substring(address.indexOf(':') + 1, address.indexOf('@')));
            }
        }
        return -1;
    }

    /** The configuration epoch by which this node itself owns {@code slot}; -1 if it doesn't. */
    long claim(int slot) {
        return nodes.stream().filter(line -> flags(line).contains("myself") && owns(line, slot))
                .mapToLong(line -> Long.parseLong(line.split(" ")[EPOCH])).findFirst().orElse(-1);
    }

    /** How many replicas follow the node of this id. */
    long replicasOf(String id) {
        return nodes.stream().map(line -> line.split(" "))
                .filter(fields -> fields.length > PRIMARY && fields[PRIMARY].equals(id)).count();
    }

    private static boolean owns(String line, int slot) {
        String[] fields = line.split(" ");
        for (int i = FIRST_SLOTS; i < fields.length; i++) {
            // [slot->-node] and [slot-<-node] are moves under way, not owned slots.
            if (!fields[i].startsWith("[") && includes(fields[i], slot)) {
                return true;
            }
        }
        return false;
    }

    private static boolean includes(String range, int slot) {
        String[] ends = range.split("-");
        return Integer.parseInt(ends[0]) <= slot && slot <= Integer.parseInt(ends[ends.length - 1]);
    }

    private long count(String flag) {
        return nodes.stream().filter(line -> flags(line).contains(flag)).count();
    }

    private static Set<String> flags(String line) {
        String[] fields = line.split(" ");
        return fields.length > FLAGS ? new HashSet<>(List.of(fields[FLAGS].split(","))) : Set.of();
    }
}
