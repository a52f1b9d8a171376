package io.slotgate.proxy.upstream;

import io.slotgate.proxy.upstream.ChannelKey.Lane;
import io.slotgate.proxy.worker.Worker;
import io.slotgate.topology.model.Health;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Node;
import io.slotgate.topology.model.Shard;
import io.slotgate.topology.model.SlotMap;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A worker's channels, by slot and by node. Which channel a slot's commands take is one array load; the arrays are filled
 * anew when the slot map changes, and mended in place when a node redirects. Confined to its worker.
 */
public final class Upstreams {
    private final Worker worker;
    private final PendingPool pendings;
    private final Connector connector;
    private final UpstreamEvents events;
    private final UpstreamEvents leaseEvents;
    private final Map<ChannelKey, UpstreamChannel> channels = new HashMap<>();
    private final Replicas replicas;
    private final @Nullable UpstreamChannel[] resp2BySlot = new @Nullable UpstreamChannel[SlotMap.SLOTS];
    private final @Nullable UpstreamChannel[] resp3BySlot = new @Nullable UpstreamChannel[SlotMap.SLOTS];
    private final SilentNodes silentNodes;
    private final FormerNodes formerNodes = new FormerNodes(channels);
    private boolean resp3Used;
    private SlotMap map = SlotMap.empty();
    private List<HostPort> primaries = List.of();
    private final Successors successors = new Successors();
    private final MovingSlots movingSlots = new MovingSlots();
    private final RedirectedSlots redirectedSlots = new RedirectedSlots();
    private int turn;

    public Upstreams(Worker worker, PendingPool pendings, Connector connector, UpstreamEvents events) {
        this.worker = worker;
        this.pendings = pendings;
        this.connector = connector;
        this.events = events;
        this.leaseEvents = new LeaseEvents(events);
        this.silentNodes = new SilentNodes(channels.values(), events, worker.counters(),
                connector.settings().answerTimeout().toNanos());
        this.replicas = new Replicas(worker, this);
    }

    public PendingPool pendings() {
        return pendings;
    }

    /** The slot map that the channels follow now. */
    public SlotMap map() {
        return map;
    }

    /** The shared channel for commands on {@code slot}, ready or not; null if nobody is known to own the slot. */
    public @Nullable UpstreamChannel forSlot(int protocol, int slot) {
        if (protocol == 2) {
            return resp2BySlot[slot];
        }
        if (!resp3Used) {
            resp3Used = true;
            fill();
        }
        return resp3BySlot[slot];
    }

    /** Where reads may go instead. */
    public Replicas replicas() {
        return replicas;
    }

    /** The shared channel to a node, made if there is none. */
    public UpstreamChannel to(HostPort node, int protocol) {
        return channel(ChannelKey.shared(node, protocol));
    }

    /**
     * A channel to a node for what has to get through while a script keeps the node busy: such a node reads nothing from the
     * connection that the script came by. Made, and connected, when it is first asked for.
     */
    public UpstreamChannel aside(HostPort node, int protocol) {
        return channel(ChannelKey.aside(node, protocol));
    }

    /**
     * The primaries, in order of their lowest slot, also those without slots: keys of a slot on its way may already be there. Not
     * a former one whose place has been taken, though nodes may still call it a primary.
     */
    public List<HostPort> primaries() {
        return primaries;
    }

    /** Whether slots are on their way from one primary to another, or were not long ago. */
    public boolean slotsMove() {
        return movingSlots.any(System.nanoTime());
    }

    /** The shared channel to the primary that has taken the place of a former one; null if the node has not been replaced. */
    public @Nullable UpstreamChannel inPlaceOf(UpstreamChannel former) {
        HostPort successor = successors.of(former.key().node());
        return successor == null || former.key().lane() != Lane.SHARED ? null : to(successor, former.key().protocol());
    }

    /** A ready channel to one primary after the other; null if none is ready. */
    public @Nullable UpstreamChannel anyPrimary(int protocol) {
        for (int i = 0; i < primaries.size(); i++) {
            UpstreamChannel channel = to(primaries.get(Math.floorMod(turn++, primaries.size())), protocol);
            if (channel.ready()) {
                return channel;
            }
            channel.connect();
        }
        return null;
    }

    /** Follows a new slot map: connects to primaries that came, lets go of nodes that left. */
    public void follow(SlotMap newMap) {
        successors.follow(map, newMap);
        movingSlots.follow(map, newMap, System.nanoTime());
        map = newMap;
        List<HostPort> owners = new ArrayList<>();
        for (Shard shard : newMap.shards()) {
            if (successors.of(shard.primary().address()) == null) {
                owners.add(shard.primary().address());
            }
        }
        primaries = List.copyOf(owners);
        fill();
        replicas.refill();
        for (UpstreamChannel channel : List.copyOf(channels.values())) {
            Node node = newMap.node(channel.key().node());
            channel.detour(Pending.NO_SLOT, this);
            switch (channel.key().lane()) {
                case REPLICA -> channel.connection().wanted(Replicas.isReplica(node));
                case LEASED -> {
                    if (node == null) {
                        channel.connection().wanted(false);
                    }
                }
                default -> channel.connection().wanted(node != null);
            }
            if (node != null && node.health() == Health.FAILED) {
                // A stopped node keeps its connections, and would acknowledge what it holds after it was replaced.
                channel.cut(new IOException("the cluster says that the node failed"));
            }
        }
        formerNodes.follow(newMap);
    }

    /** Follows the map that other channels of the worker follow, and knows as they do whether slots moved lately. */
    public void followAs(Upstreams others) {
        movingSlots.learn(others.movingSlots);
        follow(others.map);
    }

    private void fill() {
        Map<HostPort, UpstreamChannel> resp2 = new HashMap<>();
        Map<HostPort, UpstreamChannel> resp3 = new HashMap<>();
        for (int slot = 0; slot < SlotMap.SLOTS; slot++) {
            Node owner = map.primary(slot);
            if (owner == null) {
                resp2BySlot[slot] = null;
                resp3BySlot[slot] = null;
                continue;
            }
            HostPort node = owner.address();
            resp2BySlot[slot] = resp2.computeIfAbsent(node, address -> connected(address, 2));
            if (resp3Used) {
                resp3BySlot[slot] = resp3.computeIfAbsent(node, address -> connected(address, 3));
            }
        }
        redirectedSlots.follow(map, System.nanoTime(), (slot, owner) -> {
            // One that has been replaced meanwhile is something the redirect knew nothing of.
            if (successors.of(owner) == null) {
                resp2BySlot[slot] = connected(owner, 2);
                if (resp3Used) {
                    resp3BySlot[slot] = connected(owner, 3);
                }
            }
        });
    }

    private UpstreamChannel connected(HostPort node, int protocol) {
        UpstreamChannel channel = to(node, protocol);
        channel.connect();
        return channel;
    }

    /** A node said that {@code slot} is {@code owner}'s: commands go there until a map says otherwise that comes later than {@link RedirectedSlots} holds. */
    public void moved(int slot, HostPort owner) {
        formerNodes.announced(owner);
        long now = System.nanoTime();
        if (!isOfShard(slot, owner)) {
            movingSlots.moved(now);
        }
        redirectedSlots.add(slot, owner, now);
        give(resp2BySlot, slot, connected(owner, 2));
        if (resp3Used) {
            give(resp3BySlot, slot, connected(owner, 3));
        }
    }

    /** Whether the node is of the slot's own shard, so that a primary was replaced and no slot has moved. */
    private boolean isOfShard(int slot, HostPort node) {
        Shard shard = map.shard(slot);
        Node named = map.node(node);
        return shard != null && named != null && (shard.primary().id().equals(named.id())
                || shard.replicas().stream().anyMatch(replica -> replica.id().equals(named.id())));
    }

    private void give(@Nullable UpstreamChannel[] bySlot, int slot, UpstreamChannel owner) {
        UpstreamChannel former = bySlot[slot];
        bySlot[slot] = owner;
        if (former != null) {
            former.detour(slot, this);
        }
    }

    /** The channel with this identity, made if there is none. */
    public UpstreamChannel channel(ChannelKey key) {
        UpstreamChannel channel = channels.get(key);
        if (channel == null) {
            channel = new UpstreamChannel(key, worker, pendings, connector,
                    key.lane() == Lane.LEASED ? leaseEvents : events);
            channels.put(key, channel);
        }
        return channel;
    }

    /** Closes a channel that nobody will ask for again. */
    public void forget(UpstreamChannel channel) {
        channels.remove(channel.key());
        channel.connection().discard();
    }

    /** Looks for nodes that leave commands unanswered, and lets go of those that have left; to be called at short intervals. */
    public void sweep() {
        if (redirectedSlots.over(System.nanoTime())) {
            follow(map);
        }
        formerNodes.sweep(map);
        silentNodes.sweep(System.nanoTime());
    }

    /**
     * A node did not answer a probe.
     *
     * @param since when it was asked, {@link System#nanoTime}
     */
    public void cutSilent(HostPort node, long since) {
        silentNodes.cut(node, since, System.nanoTime());
    }

    /** Counts the commands that were sent since the last count to nodes in other zones. */
    public void countCrossings() {
        long crossed = 0;
        for (UpstreamChannel channel : channels.values()) {
            long sent = channel.takeSent();
            if (replicas.isElsewhere(map.node(channel.key().node()))) {
                crossed += sent;
            }
        }
        worker.counters().commandsAcrossZones += crossed;
    }

    /** How each channel is now. */
    public List<ChannelReport> report() {
        return channels.values().stream()
                .map(channel -> new ChannelReport(channel.key().node(), channel.key().lane().name(),
                        channel.key().protocol(),
                        channel.connection().state().getClass().getSimpleName(), channel.waiting()))
                .toList();
    }

    /** Whether the channel to every primary is ready. */
    public boolean connected() {
        return primaries.stream().allMatch(primary -> to(primary, 2).ready());
    }

    /** Closes all channels, which says nothing of the nodes. */
    public void close() {
        for (UpstreamChannel channel : List.copyOf(channels.values())) {
            channel.connection().discard();
        }
        channels.clear();
    }
}
