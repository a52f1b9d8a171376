package io.slotgate.topology.model;

import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Immutable snapshot of the cluster: slot to shard to nodes. Safe to read from any thread; looking up a slot is one
 * array load.
 */
public final class SlotMap {
    /** Hash slots of a cluster: CRC16 of the key modulo this. */
    public static final int SLOTS = 16384;

    private static final SlotMap EMPTY = builder().build();

    private final long version;
    private final List<Shard> shards;
    private final Map<String, Node> nodesById;
    private final Map<HostPort, Node> nodesByAddress;
    private final Map<Shard, Long> epochs;
    private final List<SlotMove> moves;
    private final @Nullable Shard[] shardBySlot;
    private final @Nullable Node[] primaryBySlot;
    private final int coveredSlots;
    private final int unwellSlots;

    SlotMap(SlotMapBuilder parts) {
        this.version = parts.version;
        this.shards = List.copyOf(parts.epochs.keySet());
        this.nodesById = Map.copyOf(parts.nodesById);
        this.nodesByAddress = Map.copyOf(parts.nodesByAddress);
        this.epochs = Map.copyOf(parts.epochs);
        this.moves = List.copyOf(parts.moves);
        this.shardBySlot = parts.shardBySlot.clone();
        this.primaryBySlot = new @Nullable Node[SLOTS];
        int covered = 0;
        int unwell = 0;
        for (int slot = 0; slot < SLOTS; slot++) {
            Shard shard = shardBySlot[slot];
            if (shard != null) {
                primaryBySlot[slot] = shard.primary();
                covered++;
                if (shard.primary().health() != Health.UP) {
                    unwell++;
                }
            }
        }
        this.coveredSlots = covered;
        this.unwellSlots = unwell;
    }

    private SlotMap(SlotMap other, long version) {
        this.version = version;
        this.shards = other.shards;
        this.nodesById = other.nodesById;
        this.nodesByAddress = other.nodesByAddress;
        this.epochs = other.epochs;
        this.moves = other.moves;
        this.shardBySlot = other.shardBySlot;
        this.primaryBySlot = other.primaryBySlot;
        this.coveredSlots = other.coveredSlots;
        this.unwellSlots = other.unwellSlots;
    }

    /** The map of a cluster nobody has told us about yet: version 0, no nodes. */
    public static SlotMap empty() {
        return EMPTY;
    }

    /** Starts a map of version 0 without nodes. */
    public static SlotMapBuilder builder() {
        return new SlotMapBuilder();
    }

    /**
     * Checks that {@code slot} is one.
     *
     * @throws IllegalArgumentException if it is not 0..16383
     */
    public static int checkSlot(int slot) {
        if (slot < 0 || slot >= SLOTS) {
            throw new IllegalArgumentException("slot: " + slot + " (expected: 0..16383)");
        }
        return slot;
    }

    /** Grows with every published change; 0 for the empty map. */
    public long version() {
        return version;
    }

    /**
     * Every primary with its replicas, in order of their lowest slot: those that own slots, and those that own none but
     * are neither failed nor leaving, because keys of a slot on its way may already be there.
     */
    public List<Shard> shards() {
        return shards;
    }

    /** Every node, also those that are in no shard (a failed primary that was replaced), in no order. */
    public Collection<Node> nodes() {
        return nodesById.values();
    }

    /**
     * The shard that owns {@code slot}, {@code null} if none is known to.
     *
     * @throws ArrayIndexOutOfBoundsException if {@code slot} is not 0..16383
     */
    public @Nullable Shard shard(int slot) {
        return shardBySlot[slot];
    }

    /**
     * The node that owns {@code slot}, {@code null} if none is known to.
     *
     * @throws ArrayIndexOutOfBoundsException if {@code slot} is not 0..16383
     */
    public @Nullable Node primary(int slot) {
        return primaryBySlot[slot];
    }

    /** The node with this address: its endpoint or another address a redirect may name. */
    public @Nullable Node node(HostPort address) {
        return nodesByAddress.get(address);
    }

    /** The node with this cluster node id. */
    public @Nullable Node node(String id) {
        return nodesById.get(id);
    }

    /** Config epoch by which the owner of {@code slot} holds it, -1 if it has no owner, 0 if only a redirect told. */
    public long epoch(int slot) {
        Shard shard = shardBySlot[slot];
        return shard == null ? -1 : epochs.getOrDefault(shard, 0L);
    }

    /** Config epoch of a shard of this map, 0 if only a redirect told of it. */
    public long epoch(Shard shard) {
        return epochs.getOrDefault(shard, 0L);
    }

    /** Every address by which a node is found: its endpoint and others a redirect may name. */
    public Map<HostPort, Node> addresses() {
        return nodesByAddress;
    }

    /** Slots on their way from one primary to another, in order of slots. */
    public List<SlotMove> moves() {
        return moves;
    }

    /** Number of slots with an owner, 0..16384. */
    public int coveredSlots() {
        return coveredSlots;
    }

    /** Number of slots whose owner is not {@link Health#UP}, 0..{@link #coveredSlots()}: their commands may have to wait. */
    public int unwellSlots() {
        return unwellSlots;
    }

    /** This map under another version; shares everything else. */
    public SlotMap withVersion(long newVersion) {
        return new SlotMap(this, newVersion);
    }

    /** Whether both maps say the same about the cluster, whatever their versions. */
    public boolean describesSameAs(SlotMap other) {
        return epochs.equals(other.epochs)
                && shards.equals(other.shards)
                && nodesById.equals(other.nodesById)
                && nodesByAddress.equals(other.nodesByAddress)
                && moves.equals(other.moves)
                && sameOwners(other);
    }

    /** Compares the owners by place in the (equal) shard lists: comparing records 16384 times would be slow. */
    private boolean sameOwners(SlotMap other) {
        IdentityHashMap<Shard, Integer> mine = places(shards);
        IdentityHashMap<Shard, Integer> theirs = places(other.shards);
        for (int slot = 0; slot < SLOTS; slot++) {
            if (!Objects.equals(mine.get(shardBySlot[slot]), theirs.get(other.shardBySlot[slot]))) {
                return false;
            }
        }
        return true;
    }

    private static IdentityHashMap<Shard, Integer> places(List<Shard> shards) {
        IdentityHashMap<Shard, Integer> places = new IdentityHashMap<>();
        for (Shard shard : shards) {
            places.put(shard, places.size());
        }
        return places;
    }

    @Override
    public String toString() {
        return "SlotMap[version=" + version + ", shards=" + shards.size() + ", nodes=" + nodesById.size()
                + ", coveredSlots=" + coveredSlots + "]";
    }
}
