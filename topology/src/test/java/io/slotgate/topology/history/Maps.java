package io.slotgate.topology.history;

import io.slotgate.topology.model.Health;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Node;
import io.slotgate.topology.model.Role;
import io.slotgate.topology.model.Shard;
import io.slotgate.topology.model.SlotRange;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Short ways to say how a cluster looks. */
final class Maps {
    private Maps() {}

    static Node primary(String id) {
        return new Node(id, address(id), Role.PRIMARY, null, Health.UP);
    }

    static Node replica(String id) {
        return new Node(id, address(id), Role.REPLICA, null, Health.UP);
    }

    static Node with(Node node, Health health) {
        return new Node(node.id(), node.address(), node.role(), node.zone(), health);
    }

    static Node in(Node node, String zone) {
        return new Node(node.id(), node.address(), node.role(), zone, node.health());
    }

    static Shard shard(String id, Node primary, Node... replicas) {
        return new Shard(id, primary, List.of(replicas));
    }

    static HostPort address(String id) {
        return new HostPort(id + ".example.com", 6379);
    }

    static NodeName name(String id) {
        return new NodeName(id, address(id));
    }

    static List<SlotRange> slots(int... ends) {
        Stream.Builder<SlotRange> ranges = Stream.builder();
        for (int i = 0; i < ends.length; i += 2) {
            ranges.add(new SlotRange(ends[i], ends[i + 1]));
        }
        return Objects.requireNonNull(ranges.build().toList());
    }
}
