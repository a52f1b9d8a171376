package io.slotgate.deploy.dev;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes one cluster of nodes that know nothing of each other, as {@code valkey-cli --cluster create} does.
 *
 * @see <a href="https://valkey.io/topics/cluster-spec/">Valkey cluster specification</a>
 */
final class ClusterFormation {
    private static final int SLOTS = 16_384;

    private final List<LocalNode> primaries;
    private final List<LocalNode> nodes;
    private final Duration patience;

    /**
     * @param primaries get the slots, in equal runs
     * @param replicas replica {@code i} follows primary {@code i % primaries.size()}
     */
    ClusterFormation(List<LocalNode> primaries, List<LocalNode> replicas, Duration patience) {
        this.primaries = primaries;
        this.nodes = new ArrayList<>(primaries);
        this.nodes.addAll(replicas);
        this.patience = patience;
    }

    /** Returns once all nodes agree, and replicas have their primary's data. */
    void form() throws IOException {
        for (int i = 0; i < primaries.size(); i++) {
            // Distinct epochs from the start: otherwise they collide, and settling that takes seconds.
            primaries.get(i).call("CLUSTER", "SET-CONFIG-EPOCH", Integer.toString(i + 1));
            addSlots(primaries.get(i), i * SLOTS / primaries.size(), (i + 1) * SLOTS / primaries.size() - 1);
        }
        for (int i = 0; i < nodes.size(); i++) {
            for (LocalNode other : nodes.subList(i + 1, nodes.size())) {
                meet(nodes.get(i), other);
            }
        }
        Waiting.until("the nodes to know each other", patience, this::allMet);
        for (int i = primaries.size(); i < nodes.size(); i++) {
            nodes.get(i).call("CLUSTER", "REPLICATE", primaries.get((i - primaries.size()) % primaries.size()).id());
        }
    }

    static void meet(LocalNode one, LocalNode other) throws IOException {
        one.call("CLUSTER", "MEET", other.address().host(), Integer.toString(other.address().port()));
    }

    private static void addSlots(LocalNode node, int first, int last) throws IOException {
        List<String> command = new ArrayList<>(List.of("CLUSTER", "ADDSLOTS"));
        for (int slot = first; slot <= last; slot++) {
            command.add(Integer.toString(slot));
        }
        node.call(command.toArray(String[]::new));
    }

    private boolean allMet() throws IOException {
        for (LocalNode node : nodes) {
            if (!ClusterView.of(node).hasMet(nodes.size())) {
                return false;
            }
        }
        return true;
    }
}
