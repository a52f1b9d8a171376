package io.slotgate.topology.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts a {@link SlotMap} together and checks that its parts fit; for one thread, for one map. */
public final class SlotMapBuilder {
    final Map<String, Node> nodesById = new HashMap<>();
    final Map<HostPort, Node> nodesByAddress = new HashMap<>();
    final Map<Shard, Long> epochs = new LinkedHashMap<>();
    final List<SlotMove> moves = new ArrayList<>();
    final @Nullable Shard[] shardBySlot = new @Nullable Shard[SlotMap.SLOTS];
    long version;

    SlotMapBuilder() {}

    /** Sets the version; 0 until set. */
    public SlotMapBuilder version(long value) {
        if (value < 0) {
            throw new IllegalArgumentException("version: " + value + " (expected: 0 or more)");
        }
        version = value;
        return this;
    }

    /** Adds a shard of config epoch 0 with its nodes, and gives it these slots. */
    public SlotMapBuilder shard(Shard shard, SlotRange... slots) {
        return shard(shard, 0, List.of(slots));
    }

    /**
     * Adds a shard with its nodes, and gives it these slots.
     *
     * @throws IllegalArgumentException if one of its nodes is known already as another, or a slot has an owner
     */
    public SlotMapBuilder shard(Shard shard, long epoch, List<SlotRange> slots) {
        if (epochs.putIfAbsent(shard, epoch) != null) {
            throw new IllegalArgumentException("shard: " + shard.id() + " (expected: added once)");
        }
        node(shard.primary());
        shard.replicas().forEach(this::node);
        for (SlotRange range : slots) {
            for (int slot = range.first(); slot <= range.last(); slot++) {
                Shard owner = shardBySlot[slot];
                if (owner != null) {
                    throw new IllegalArgumentException("slot: " + slot + " of shard " + shard.id()
                            + " (expected: free, but owned by shard " + owner.id() + ")");
                }
                shardBySlot[slot] = shard;
            }
        }
        return this;
    }

    /**
     * Adds a node, which is found under its address. Where two nodes announce one address (a new node at the place of a
     * failed one), the one added first is found, or the one {@link #alias} names.
     *
     * @throws IllegalArgumentException if the id is known already
     */
    public SlotMapBuilder node(Node node) {
        if (nodesById.putIfAbsent(node.id(), node) != null) {
            throw new IllegalArgumentException("node: " + node.id() + " (expected: added once)");
        }
        nodesByAddress.putIfAbsent(node.address(), node);
        return this;
    }

    /**
     * Lets a node be found under this address, whichever node was before.
     *
     * @throws IllegalArgumentException if no node with this id was added
     */
    public SlotMapBuilder alias(HostPort address, String nodeId) {
        Node node = nodesById.get(nodeId);
        if (node == null) {
            throw new IllegalArgumentException(
                    "alias " + address + " of node: " + nodeId + " (expected: a known node)");
        }
        nodesByAddress.put(address, node);
        return this;
    }

    /** Adds a slot on its way. */
    public SlotMapBuilder move(SlotMove move) {
        moves.add(move);
        return this;
    }

    public SlotMap build() {
        return new SlotMap(this);
    }
}
