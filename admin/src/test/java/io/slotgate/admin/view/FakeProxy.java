package io.slotgate.admin.view;

import io.slotgate.proxy.clients.ListedClient;
import io.slotgate.proxy.config.Listen;
import io.slotgate.proxy.config.LiveSettings;
import io.slotgate.proxy.config.SlotgateConfig;
import io.slotgate.proxy.config.Tls;
import io.slotgate.proxy.config.Upstream;
import io.slotgate.proxy.metrics.FleetFigures;
import io.slotgate.proxy.metrics.MetricSource;
import io.slotgate.proxy.observe.BigKey;
import io.slotgate.proxy.observe.CommandClass;
import io.slotgate.proxy.observe.CommandFigures;
import io.slotgate.proxy.observe.HeatFigures;
import io.slotgate.proxy.observe.HotKey;
import io.slotgate.proxy.observe.KeyFigures;
import io.slotgate.proxy.observe.LatencyFigures;
import io.slotgate.proxy.observe.OfProxies;
import io.slotgate.proxy.observe.SlotCounts;
import io.slotgate.proxy.observe.SlowCommand;
import io.slotgate.proxy.observe.Traces;
import io.slotgate.proxy.upstream.ChannelReport;
import io.slotgate.topology.discovery.FailoverMode;
import io.slotgate.topology.fleet.Member;
import io.slotgate.topology.fleet.MemberState;
import io.slotgate.topology.fleet.agreed.AgreedSettings;
import io.slotgate.topology.history.TopologyHistory;
import io.slotgate.topology.model.Health;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Node;
import io.slotgate.topology.model.NodeHealth;
import io.slotgate.topology.model.Role;
import io.slotgate.topology.model.Shard;
import io.slotgate.topology.model.SlotMap;
import io.slotgate.topology.model.SlotMove;
import io.slotgate.topology.model.SlotRange;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A proxy that says what a test wants it to say. */
public class FakeProxy implements ProxyView {
    public static final Node PRIMARY = node("a1", 7000, Role.PRIMARY, Health.UP);
    public static final Node REPLICA = node("a2", 7001, Role.REPLICA, Health.SUSPECTED);

    public final List<FakeWorker> workers = List.of(new FakeWorker(), new FakeWorker());
    public volatile boolean ready = true;
    public volatile boolean defective;
    public volatile boolean incomplete;
    public volatile SlotMap slots = mapOf(SlotMap.SLOTS);
    public final SlotgateConfig config = SlotgateConfig.of(Listen.withTls(Tls.of(Path.of("c.pem"), Path.of("k.pem"))),
            Upstream.to(List.of(new HostPort("127.0.0.1", 7000))));
    public volatile LiveSettings settings = LiveSettings.of(config);
    public volatile @Nullable AgreedSettings agreed;
    public volatile List<ListedClient> clients = List.of(client(3, "10.0.0.1:5001", "app"),
            client(5, "10.0.0.1:5002", "app"), client(8, "10.0.0.2:5001", "default"));
    public final List<Long> killed = new CopyOnWriteArrayList<>();
    public final List<String> refreshes = new CopyOnWriteArrayList<>();
    public final CountDownLatch drained = new CountDownLatch(1);
    /** What a replica answers that is told to take over; it does so if this is null. */
    public volatile @Nullable String refusedFailover;
    public volatile boolean draining;
    /** Whether the process ends, so that no drain can be taken back. */
    public volatile boolean stopping;
    /** Whether somebody else listens where the proxy did. */
    public volatile boolean portTaken;
    public final TopologyHistory history = new TopologyHistory(InstantSource.system());
    public volatile List<SlowCommand> slow = List.of(
            new SlowCommand(4, 1_700_000_000, 12_345, List.of("GET", "k"), "10.0.0.1:5001", "n3"));

    public volatile List<CommandFigures> commands = List.of(
            new CommandFigures("get", CommandClass.READ, 10, 1, 0, 0, LatencyFigures.NONE, LatencyFigures.NONE));

    /** How often the other proxies were asked. */
    public final AtomicInteger fleetQuestions = new AtomicInteger();
    public volatile List<Member> members = List.of(member("p1"), member("p2"));

    /** What {@link #commands()} gives in place of an answer. */
    public volatile @Nullable CompletableFuture<List<CommandFigures>> unanswered;

    /** One shard that owns the first slots. */
    public static SlotMap mapOf(int covered) {
        return SlotMap.builder().version(7)
                .shard(new Shard("a", PRIMARY, List.of(REPLICA)), new SlotRange(0, covered - 1))
                .move(new SlotMove(5, "a1", "b1"))
                .build();
    }

    private static Node node(String id, int port, Role role, Health health) {
        return new Node(id, new HostPort("127.0.0.1", port), role, null, health);
    }

    @Override
    public boolean ready() {
        return ready;
    }

    @Override
    public SlotMap slots() {
        if (defective) {
            throw new IllegalStateException("a defect");
        }
        if (incomplete) {
            throw new NoClassDefFoundError("a class");
        }
        return slots;
    }

    @Override
    public List<MetricSource> workers() {
        return List.copyOf(workers);
    }

    @Override
    public int connections() {
        return 21;
    }

    @Override
    public long refusedConnections() {
        return 22;
    }

    @Override
    public long bufferBytes() {
        return 23;
    }

    @Override
    public FleetFigures fleet() {
        return new FleetFigures(31, true, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41_500, 44, 46, 47, 48,
                42, 43, 45);
    }

    private static ListedClient client(long id, String address, String user) {
        return new ListedClient(id, "id=" + id + " addr=" + address + " laddr=127.0.0.1:6379 fd=-1 name=n" + id
                + " age=" + id
                + " idle=0 flags=N db=0 sub=0 psub=0 ssub=0 multi=-1 watch=0 qbuf=0 omem=0 events=r cmd=get user="
                + user + " resp=3 lib-name= lib-ver= tot-net-in=1 tot-net-out=2 tot-cmds=3");
    }

    @Override
    public boolean draining() {
        return draining;
    }

    @Override
    public List<Member> members() {
        return members;
    }

    public static Member member(String id) {
        return new Member(id, "a", new HostPort("127.0.0.1", 6379), "1.0", 3, 4, 5, MemberState.HEALTHY);
    }

    @Override
    public SlotgateConfig config() {
        return config;
    }

    @Override
    public LiveSettings settings() {
        return settings;
    }

    @Override
    public void apply(LiveSettings changed, long version) {
        settings = changed;
    }

    @Override
    public @Nullable AgreedSettings agreed() {
        return agreed;
    }

    @Override
    public CompletableFuture<List<ListedClient>> clients() {
        return CompletableFuture.completedFuture(clients);
    }

    @Override
    public CompletableFuture<Boolean> kill(long id) {
        boolean there = clients.stream().anyMatch(client -> client.id() == id);
        if (there) {
            killed.add(id);
            clients = clients.stream().filter(client -> client.id() != id).toList();
        }
        return CompletableFuture.completedFuture(there);
    }

    @Override
    public List<CompletableFuture<List<ChannelReport>>> channels() {
        return List.of(CompletableFuture.completedFuture(
                List.of(new ChannelReport(PRIMARY.address(), "SHARED", 2, "Ready", 4))));
    }

    @Override
    public Map<HostPort, NodeHealth> nodeHealth() {
        return Map.of(REPLICA.address(), new NodeHealth(REPLICA.address(), true, 250, 300,
                Instant.ofEpochSecond(1_700_000_000), "timed out", null, 1000, 20));
    }

    @Override
    public TopologyHistory history() {
        return history;
    }

    @Override
    public CompletableFuture<List<CommandFigures>> commands() {
        return unanswered != null ? unanswered : CompletableFuture.completedFuture(commands);
    }

    @Override
    public CompletableFuture<HeatFigures> heat() {
        return CompletableFuture.completedFuture(new HeatFigures(new SlotCounts(new long[]{1, 2}, new long[]{3, 4}),
                List.of(new HotKey(1, "hot", 5, 10.25, 9, 12)), List.of(new BigKey("big", 6, "set", 1 << 20, 1_000)),
                0));
    }

    @Override
    public CompletableFuture<OfProxies<KeyFigures>> fleetKeys() {
        fleetQuestions.incrementAndGet();
        KeyFigures other = KeyFigures.of(new HeatFigures(HeatFigures.NONE.slots(),
                List.of(new HotKey(1, "hot", 5, 20.5, 20, 21)), List.of(), 1));
        return heat().thenApply(
                own -> new OfProxies<>(KeyFigures.of(own).plus(other), List.of("p1", "p2"), List.of("p3")));
    }

    @Override
    public CompletableFuture<OfProxies<SlotCounts>> fleetSlots() {
        fleetQuestions.incrementAndGet();
        return heat().thenApply(
                own -> new OfProxies<>(own.slots().plus(own.slots()), List.of("p1", "p2"), List.of("p3")));
    }

    @Override
    public List<SlowCommand> slowCommands() {
        return slow;
    }

    @Override
    public @Nullable Traces traces() {
        return null;
    }

    @Override
    public void resetSlowCommands() {
        slow = List.of();
    }

    @Override
    public void refresh(String cause) {
        refreshes.add(cause);
    }

    @Override
    public CompletableFuture<Void> failover(HostPort replica, FailoverMode mode) {
        if (refusedFailover != null) {
            return CompletableFuture.failedFuture(new IOException(refusedFailover));
        }
        slots = SlotMap.builder().version(slots.version() + 1)
                .shard(new Shard("a", new Node("a2", replica, Role.PRIMARY, null, Health.UP), List.of()),
                        new SlotRange(0, SlotMap.SLOTS - 1))
                .build();
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void drain(Duration most) throws InterruptedException {
        draining = true;
        drained.await();
    }

    @Override
    public boolean stopDraining() throws IOException {
        if (portTaken) {
            throw new IOException("listen.client: can't listen on 127.0.0.1:6379: Address already in use");
        }
        draining = stopping;
        return !stopping;
    }
}
