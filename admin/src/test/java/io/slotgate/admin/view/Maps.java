package io.slotgate.admin.view;

import io.slotgate.topology.model.Health;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Node;
import io.slotgate.topology.model.Role;
import io.slotgate.topology.model.Shard;
import io.slotgate.topology.model.SlotMap;
import io.slotgate.topology.model.SlotMapBuilder;
import io.slotgate.topology.model.SlotRange;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Slot maps of a few words: {@code "a+ b+ c!"} is a shard of primary a (up) with replicas b (up), c (failed). */
public final class Maps {
    private Maps() {}

    /** @param shards each a primary and its replicas, each a letter and {@code +} (up), {@code ?} (suspected) or {@code !} (failed) */
    public static SlotMap of(String... shards) {
        SlotMapBuilder builder = SlotMap.builder().version(1);
        int slots = SlotMap.SLOTS / shards.length;
        for (int i = 0; i < shards.length; i++) {
            List<Node> nodes = new ArrayList<>();
            for (String word : Stream.of(shards[i].split(" ")).toList()) {
                nodes.add(node(word, nodes.isEmpty() ? Role.PRIMARY : Role.REPLICA));
            }
            int last = i == shards.length - 1 ? SlotMap.SLOTS - 1 : (i + 1) * slots - 1;
            builder.shard(new Shard("shard-" + nodes.getFirst().id(), nodes.getFirst(), nodes.subList(1, nodes.size())),
                    new SlotRange(i * slots, last));
        }
        return builder.build();
    }

    private static Node node(String word, Role role) {
        String id = word.substring(0, 1);
        Health health = switch (word.charAt(1)) {
            case '+' -> Health.UP;
            case '?' -> Health.SUSPECTED;
            default -> Health.FAILED;
        };
        return new Node(id, new HostPort("10.0.0.1", 7000 + id.charAt(0) - 'a'), role, null, health);
    }
}
