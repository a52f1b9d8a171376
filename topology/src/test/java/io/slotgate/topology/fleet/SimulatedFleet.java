package io.slotgate.topology.fleet;

import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.NodeView;
import io.slotgate.topology.model.Observation.ClusterView;
import io.slotgate.topology.model.Observation.Redirect;
import io.slotgate.topology.model.Role;
import io.slotgate.topology.model.SlotMap;
import io.slotgate.topology.model.SlotRange;
import io.slotgate.topology.table.TopologyTable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Proxies with real topology tables and real gossip, on a network that is only a queue: it loses what it is told to lose, and
 * cuts what it is told to cut. Time is a count: of hops, in each of which every message on the way arrives, or of gossip
 * intervals, in each of which every proxy asks another one and all that follows from it arrives.
 */
final class SimulatedFleet {
    final List<Proxy> proxies = new ArrayList<>();
    private final Random random;
    private final Cluster cluster;
    private Queue<Letter> onTheWay = new ArrayDeque<>();
    private double loss;
    private @Nullable IntPredicate side;
    long bytes;
    long messages;

    private static final class Letter {
        final int from;
        final int to;
        final byte[] message;

        Letter(int from, int to, byte[] message) {
            this.from = from;
            this.to = to;
            this.message = message;
        }
    }

    SimulatedFleet(int size, Cluster cluster, long seed) {
        this.random = new Random(seed);
        this.cluster = cluster;
        ClusterView start = cluster.view(0, 0);
        for (int i = 0; i < size; i++) {
            proxies.add(new Proxy(i));
        }
        List<Integer> all = proxies.stream().map(proxy -> proxy.number).toList();
        for (Proxy proxy : proxies) {
            proxy.table.observe(start);
            proxy.gossip.onMembers(all.stream().filter(other -> other != proxy.number).toList());
        }
    }

    /** Share of messages that never arrive, 0..1. */
    void lose(double share) {
        loss = share;
    }

    /** Nothing passes between those of one side and the rest; {@code null} heals the cut. */
    void cut(@Nullable IntPredicate oneSide) {
        side = oneSide;
    }

    void forgetTraffic() {
        onTheWay.clear();
        bytes = 0;
        messages = 0;
    }

    /** What is on the way arrives; what is said in answer is on the way then. */
    void hop() {
        Queue<Letter> arriving = onTheWay;
        onTheWay = new ArrayDeque<>();
        for (Letter letter : arriving) {
            if (random.nextDouble() >= loss && !isCut(letter)) {
                proxies.get(letter.to).take(letter.from, letter.message);
            }
        }
        proxies.forEach(proxy -> proxy.gossip.flush(0));
    }

    /** One gossip interval, which is long compared with a hop. */
    void interval() {
        proxies.forEach(proxy -> proxy.gossip.digestToOne());
        while (!onTheWay.isEmpty()) {
            hop();
        }
    }

    private boolean isCut(Letter letter) {
        IntPredicate cut = side;
        return cut != null && cut.test(letter.from) != cut.test(letter.to);
    }

    /** How many hops or intervals until all know the true owner of every slot; -1 if they don't after {@code most}. */
    int untilRight(int most, Runnable step) {
        for (int steps = 0; steps <= most; steps++) {
            if (proxies.stream().allMatch(Proxy::isRight)) {
                return steps;
            }
            step.run();
        }
        return -1;
    }

    long wrong() {
        return proxies.stream().filter(proxy -> !proxy.isRight()).count();
    }

    private void send(int from, int to, byte[] message) {
        bytes += message.length;
        messages++;
        onTheWay.add(new Letter(from, to, message));
    }

    /** One proxy; its own probes are what a test has it {@link #probe}. */
    final class Proxy implements FleetListener {
        final int number;
        final TopologyTable table = new TopologyTable();
        final Gossip<Integer> gossip;
        private final Post<Integer> post;
        private final FleetCounters counters = new FleetCounters();
        private long round = 1;

        Proxy(int number) {
            this.number = number;
            Member self = new Member("p" + number, null, new HostPort("10.1.0.1", 6379), "1", 0, 0, 0,
                    MemberState.HEALTHY);
            this.post = new Post<>(new Outbox<>() {
                @Override
                public void toAll(byte[] message) {
                    for (int to = 0; to < proxies.size(); to++) {
                        if (to != Proxy.this.number) {
                            send(Proxy.this.number, to, message);
                        }
                    }
                }

                @Override
                public void to(Integer member, byte[] message) {
                    send(Proxy.this.number, member, message);
                }
            }, counters);
            this.gossip = new Gossip<>(() -> self, post, this, counters, random);
            table.subscribe(gossip::onMap);
        }

        FleetCounters counters() {
            return counters;
        }

        void take(int from, byte[] message) {
            if (post.read(message) instanceof FleetMessage.Told told) {
                gossip.on(from, told, 0);
            }
        }

        /** Asks a node itself. */
        void probe(int node) {
            table.observe(cluster.view(++round, node));
            gossip.flush(0);
        }

        /** Meets a redirect. */
        void meet(Redirect met) {
            long before = table.current().version();
            table.observe(met);
            if (table.current().version() != before) {
                gossip.onFound(met, 0);
            }
            gossip.flush(0);
        }

        @Override
        public void redirect(Redirect redirect, String member) {
            table.observe(redirect);
        }

        @Override
        public void view(ClusterView view, String member) {
            table.observe(new ClusterView(round, view.askedId(), view.nodes()));
        }

        @Override
        public void lost(HostPort node, String member) {}

        boolean isRight() {
            SlotMap map = table.current();
            for (int slot = 0; slot < SlotMap.SLOTS; slot++) {
                var owner = map.primary(slot);
                if (owner == null || !owner.address().equals(cluster.ownerOf(slot))) {
                    return false;
                }
            }
            return true;
        }
    }

    /** The truth: shards of a primary and a replica each. */
    static final class Cluster {
        private final int shards;
        private final int[] ownerBySlot = new int[SlotMap.SLOTS];
        private final boolean[] failedOver;
        private final long[] epochs;
        private final HostPort[] addresses;
        private final String[] ids;
        private long highest;

        Cluster(int shards) {
            this.shards = shards;
            this.failedOver = new boolean[shards];
            this.epochs = new long[shards];
            this.addresses = new HostPort[2 * shards];
            this.ids = new String[2 * shards];
            Random random = new Random(7);
            for (int node = 0; node < 2 * shards; node++) {
                byte[] id = new byte[20];
                random.nextBytes(id);
                ids[node] = HexFormat.of().formatHex(id);
                addresses[node] = new HostPort("10.0.%d.%d".formatted(node / 250, node % 250), 7000);
            }
            for (int slot = 0; slot < SlotMap.SLOTS; slot++) {
                ownerBySlot[slot] = (int) ((long) slot * shards / SlotMap.SLOTS);
            }
            for (int shard = 0; shard < shards; shard++) {
                epochs[shard] = ++highest;
            }
        }

        int primary(int shard) {
            return failedOver[shard] ? shard + shards : shard;
        }

        HostPort ownerOf(int slot) {
            return addresses[primary(ownerBySlot[slot])];
        }

        void failOver(int shard) {
            failedOver[shard] = !failedOver[shard];
            epochs[shard] = ++highest;
        }

        /** @return what a client of the old owner is answered */
        Redirect move(int slot, int target) {
            HostPort from = ownerOf(slot);
            ownerBySlot[slot] = target;
            // Who has the highest epoch keeps it.
            epochs[target] = epochs[target] == highest ? highest : ++highest;
            return new Redirect(slot, ownerOf(slot), from);
        }

        ClusterView view(long round, int askedNode) {
            List<List<SlotRange>> slots = new ArrayList<>();
            for (int shard = 0; shard < shards; shard++) {
                slots.add(new ArrayList<>());
            }
            for (int first = 0; first < SlotMap.SLOTS;) {
                int end = first + 1;
                while (end < SlotMap.SLOTS && ownerBySlot[end] == ownerBySlot[first]) {
                    end++;
                }
                slots.get(ownerBySlot[first]).add(new SlotRange(first, end - 1));
                first = end;
            }
            List<NodeView> nodes = new ArrayList<>();
            for (int shard = 0; shard < shards; shard++) {
                int primary = primary(shard);
                int replica = primary == shard ? shard + shards : shard;
                nodes.add(node(primary, Role.PRIMARY, null, epochs[shard], slots.get(shard)));
                nodes.add(node(replica, Role.REPLICA, ids[primary], epochs[shard], List.of()));
            }
            return new ClusterView(round, ids[askedNode], nodes);
        }

        private NodeView node(int node, Role role, @Nullable String primary, long epoch, List<SlotRange> slots) {
            return new NodeView(ids[node], addresses[node], List.of(), role, primary, epoch, Set.of(), slots,
                    List.of(), "eu-central-1a", null);
        }
    }
}
