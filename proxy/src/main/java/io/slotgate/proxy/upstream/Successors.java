package io.slotgate.proxy.upstream;

import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Node;
import io.slotgate.topology.model.Shard;
import io.slotgate.topology.model.SlotMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who has taken the place of primaries that are none any more: a node that was no primary and has their slots, as after a
 * failover, or the primary whose replica they are now. Where slots went to a node that was a primary before, or to several, there
 * is none until then: what concerns all primaries has been told to those by itself.
 *
 * <p>A primary that lost its slots to its replica is still called a primary, one without slots, by nodes that have not heard from
 * it since: it counts as replaced. Kept as long as the former primary is a node of the cluster. Confined to its worker.
 */
final class Successors {
    private final Map<HostPort, HostPort> byFormer = new HashMap<>();
    /** Primaries of the nodes that are replicas now. */
    private final Map<HostPort, HostPort> byReplica = new HashMap<>();

    /** The node in the place of a former primary; null if it is a primary, or nobody is known to have taken its place. */
    @Nullable
    HostPort of(HostPort former) {
        HostPort successor = byFormer.get(former);
        return successor == null ? byReplica.get(former) : successor;
    }

    /** Compares two slot maps, of which the second is newer. */
    void follow(SlotMap before, SlotMap now) {
        Set<HostPort> old = primaries(before);
        Set<HostPort> current = owners(now);
        Map<HostPort, HostPort> fresh = new HashMap<>();
        Set<HostPort> divided = new HashSet<>();
        Shard lastWas = null;
        Shard lastIs = null;
        for (int slot = 0; slot < SlotMap.SLOTS; slot++) {
            Shard was = before.shard(slot);
            Shard is = now.shard(slot);
            // Slots of one shard mostly lie together.
            boolean seen = was == lastWas && is == lastIs;
            lastWas = was;
            lastIs = is;
            if (seen || was == null || is == null || current.contains(was.primary().address())) {
                continue;
            }
            HostPort former = was.primary().address();
            HostPort owner = is.primary().address();
            HostPort other = fresh.putIfAbsent(former, owner);
            if (old.contains(owner) || (other != null && !other.equals(owner))) {
                divided.add(former);
            }
        }
        fresh.keySet().removeAll(divided);
        // Who replaced another may have been replaced by now.
        byFormer.replaceAll((former, successor) -> fresh.getOrDefault(successor, successor));
        byFormer.putAll(fresh);
        byFormer.entrySet().removeIf(each -> current.contains(each.getKey()) || !current.contains(each.getValue())
                || now.node(each.getKey()) == null);
        byReplica.clear();
        for (Shard shard : now.shards()) {
            shard.replicas().forEach(replica -> byReplica.put(replica.address(), shard.primary().address()));
        }
    }

    private static Set<HostPort> owners(SlotMap map) {
        Set<HostPort> all = new HashSet<>();
        for (int slot = 0; slot < SlotMap.SLOTS; slot++) {
            Node owner = map.primary(slot);
            if (owner != null) {
                all.add(owner.address());
            }
        }
        return all;
    }

    private static Set<HostPort> primaries(SlotMap map) {
        Set<HostPort> all = new HashSet<>();
        for (Shard shard : map.shards()) {
            all.add(shard.primary().address());
        }
        return all;
    }
}
