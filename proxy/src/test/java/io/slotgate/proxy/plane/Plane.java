package io.slotgate.proxy.plane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.slotgate.proxy.clients.AllClients;
import io.slotgate.proxy.command.CommandTable;
import io.slotgate.proxy.config.Listen;
import io.slotgate.proxy.config.LiveSettings;
import io.slotgate.proxy.config.ReplayWrites;
import io.slotgate.proxy.config.SlotgateConfig;
import io.slotgate.proxy.config.Tls;
import io.slotgate.proxy.config.Transport;
import io.slotgate.proxy.config.Upstream;
import io.slotgate.proxy.facade.ClientState;
import io.slotgate.proxy.facade.Facade;
import io.slotgate.proxy.facade.FacadeSettings;
import io.slotgate.proxy.facade.Listener;
import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.observe.HeatFigures;
import io.slotgate.proxy.pubsub.Census;
import io.slotgate.proxy.pubsub.Desk;
import io.slotgate.proxy.pubsub.Hub;
import io.slotgate.proxy.redirect.Parking;
import io.slotgate.proxy.redirect.Redirects;
import io.slotgate.proxy.redirect.TopologyFeedback;
import io.slotgate.proxy.route.RouteTable;
import io.slotgate.proxy.server.NetworkStack;
import io.slotgate.proxy.session.Parting;
import io.slotgate.proxy.session.Session;
import io.slotgate.proxy.session.SessionRoom;
import io.slotgate.proxy.session.UserChannels;
import io.slotgate.proxy.tracking.InvalidationHub;
import io.slotgate.proxy.tracking.TrackingDesk;
import io.slotgate.proxy.upstream.ChannelBudget;
import io.slotgate.proxy.upstream.ChannelReport;
import io.slotgate.proxy.upstream.Connector;
import io.slotgate.proxy.upstream.PendingPool;
import io.slotgate.proxy.upstream.UpstreamChannel;
import io.slotgate.proxy.upstream.Upstreams;
import io.slotgate.proxy.worker.Worker;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.SlotMap;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A data plane of one worker, put together as the server does it, with a listener on the loopback interface. Closing it checks
 * that nothing stays: no session, no command, no byte of one.
 *
 * <p>With {@code -Dplane.relayed=true} about half of its connections to nodes are another worker's.
 */
public final class Plane implements AutoCloseable {
    private static final int SWEEP_MILLIS = 20;

    private static final int MOST_WAYS = 3;

    private final EventLoopGroup group;
    private final EventLoop loop;
    private final Worker worker;
    private final ChannelBudget budget;
    private final @Nullable Neighbour neighbour;
    private final Parking parking;
    private final Upstreams upstreams;
    private final Hub hub;
    private final InvalidationHub invalidations;
    private final SessionRoom sessions;
    private final Channel listener;
    private final Queue<TestClient> clients = new ConcurrentLinkedQueue<>();
    private final Queue<Channel> channels = new ConcurrentLinkedQueue<>();
    /** What the plane told the topology, as text. */
    public final Queue<String> feedback = new ConcurrentLinkedQueue<>();
    /** Episodes of parking that are over. */
    public final Queue<String> parkings = new ConcurrentLinkedQueue<>();
    private volatile SlotMap map;
    private long clientIds;

    Plane(PlaneBuilder parts) {
        NetworkStack stack = NetworkStack.of(Transport.valueOf(System.getProperty("plane.transport", "NIO")));
        boolean relayed = Boolean.getBoolean("plane.relayed") && parts.budget == null;
        group = stack.newGroup("plane", 1);
        loop = group.next();
        map = parts.map;
        worker = call(() -> new Worker(loop, PooledByteBufAllocator.DEFAULT, parts.observer));
        ChannelBudget usual = relayed ? new ChannelBudget(1, 2) : ChannelBudget.unlimited();
        budget = parts.budget == null ? usual : parts.budget;
        budget.join(worker);
        neighbour = relayed ? new Neighbour(stack, budget) : null;
        Connector connector = new Connector(stack.clientChannels(), PooledByteBufAllocator.DEFAULT, parts.upstream,
                parts.upstreamTls, Runnable::run, budget);
        parking = new Parking(worker, parts.upstream.failoverPatience().toNanos(),
                parts.limits.limits().parkedBytesPerWorker());
        parking.tell(new Feedback());
        Redirects redirects = new Redirects(worker, parking, new Feedback(),
                parts.upstream.replayWrites() == ReplayWrites.IDEMPOTENT);
        upstreams = new Upstreams(worker, new PendingPool(), connector, redirects);
        redirects.serve(upstreams);
        parking.serve(upstreams);
        run(() -> upstreams.replicas().zone(parts.zone));
        Facade facade = new Facade(
                new FacadeSettings("plane", null, 0, 0, 7000, List.of(), parts.server, parts.version, true,
                        parts.databases > 1, true, parts.allow, parts.databases),
                () -> map);
        hub = call(() -> new Hub(worker, upstreams, new Feedback(), new Census(),
                parts.upstream.failoverPatience().toMillis()));
        invalidations = call(() -> new InvalidationHub(worker, upstreams));
        Desk desk = new Desk(worker, hub, parts.limits.limits().pubsub().subscriptionBytesPerWorker());
        sessions = new SessionRoom(worker, new UserChannels(upstreams, parking, redirects, desk, hub),
                new RouteTable(CommandTable.builtIn(), facade), parts.limits.limits(), parts.reads,
                new TrackingDesk(worker, invalidations, parts.limits.limits().tracking().keysPerWorker(),
                        parts.limits.limits().tracking().keyBytesPerWorker(),
                        parts.upstream.failoverPatience().toMillis()),
                new AllClients(ClientState.DEFAULT_USER::equals, System::currentTimeMillis));
        if (parts.databases > 1) {
            PlaneWays ways = new PlaneWays(worker, parts.upstream, connector, upstreams, new Feedback());
            run(() -> sessions.serveUsers(ways, ways, MOST_WAYS));
        }
        listener = new ServerBootstrap().group(group).channelFactory(stack.serverChannels())
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        if (parts.sendBufferBytes > 0) {
                            channel.config().setSendBufferSize(parts.sendBufferBytes);
                        }
                        channels.add(channel);
                        channel.pipeline().addLast(new Session(sessions, new ClientState(++clientIds, Listener.PLAIN,
                                channel.remoteAddress(), channel.localAddress(), 0, true)));
                    }
                }).bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).syncUninterruptibly().channel();
        loop.scheduleAtFixedRate(sessions::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
        follow(map);
        if (parts.awaitReady) {
            await().until(() -> call(upstreams::connected));
        }
    }

    /** A plane over these nodes, ready to serve. */
    public static Plane over(FakeCluster cluster) {
        return builder(cluster.map()).start();
    }

    public static PlaneBuilder builder(SlotMap map) {
        return new PlaneBuilder(map);
    }

    /** A new client. */
    public TestClient client() {
        return client(0);
    }

    /** A new client whose socket takes in few bytes that it does not read; 0: as many as usual. */
    public TestClient client(int receiveBufferBytes) {
        TestClient client = new TestClient(port(), receiveBufferBytes);
        clients.add(client);
        return client;
    }

    public int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /** Waits until a channel to every primary is ready. */
    void awaitConnected() {
        await().until(() -> call(upstreams::connected));
    }

    /** Says which replicas are too far behind to be read from; returns when that holds. */
    public void behind(Set<HostPort> replicas) {
        run(() -> sessions.behind(replicas));
    }

    /** Follows another map; returns when it does. */
    public void follow(SlotMap newMap) {
        map = newMap;
        run(() -> {
            sessions.follow(newMap);
            invalidations.follow();
        });
    }

    /** A node did not answer a probe that began at {@code since}, {@link System#nanoTime}. */
    public void cutSilent(HostPort node, long since) {
        run(() -> sessions.cutSilent(node, since));
    }

    /** Lets clients go, as the server does at its end. */
    public void part(Parting how, long idleMillis) {
        run(() -> sessions.drain(how, idleMillis));
    }

    /** Takes that back. */
    public void stay() {
        run(sessions::stay);
    }

    /** From now on settings are the usual ones, but for these; returns when they hold. */
    public void apply(Map<String, String> settings) {
        LiveSettings usual = LiveSettings
                .of(SlotgateConfig.of(Listen.withTls(Tls.of(Path.of("c.pem"), Path.of("k.pem"))),
                        Upstream.to(List.of(new HostPort("127.0.0.1", 1)))));
        run(() -> sessions.apply(usual.with(settings)));
    }

    /** What was seen of slots and keys. */
    public HeatFigures heat() {
        return HeatFigures.merge(List.of(call(() -> worker.observer().heat())));
    }

    /** Looks after slow clients now. */
    public void sweep() {
        run(sessions::sweep);
    }

    public long count(Metric metric) {
        return call(() -> worker.counters().snapshot().getOrDefault(metric, 0L));
    }

    /** Waits until a figure has this value. */
    public void awaitCount(Metric metric, long value) {
        await().untilAsserted(() -> assertThat(count(metric)).as(metric.name()).isEqualTo(value));
    }

    /** The shared channel to a slot's owner. */
    public void onChannel(int protocol, int slot, Consumer<UpstreamChannel> use) {
        run(() -> use.accept(upstreams.forSlot(protocol, slot)));
    }

    /** The channels that there are to a node. */
    public List<ChannelReport> channelsTo(HostPort node) {
        return call(() -> upstreams.report().stream().filter(channel -> channel.node().equals(node)).toList());
    }

    /** The connections of the clients so far, in the order in which they came. */
    public List<Channel> channels() {
        return List.copyOf(channels);
    }

    /** Lets the connection of the n-th client end, as when its socket reports an error. */
    public void drop(int n) {
        channels().get(n).close().syncUninterruptibly();
    }

    /** Runs on the worker's event loop and returns when it has. */
    public void run(Runnable task) {
        new OnLoop(loop).run(task);
    }

    public <T> T call(Callable<T> task) {
        return new OnLoop(loop).call(task);
    }

    @Override
    public void close() {
        clients.forEach(TestClient::close);
        listener.close().syncUninterruptibly();
        try {
            awaitCount(Metric.SESSIONS, 0);
        } finally {
            Map<Metric, Long> left = call(() -> {
                invalidations.close();
                sessions.close();
                budget.close(worker);
                Map<Metric, Long> figures = worker.counters().snapshot();
                worker.close();
                return figures;
            });
            if (neighbour != null) {
                neighbour.close();
            }
            group.shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly();
            for (Metric metric : List.of(Metric.SESSIONS, Metric.PENDING, Metric.KEPT_BYTES, Metric.PARKED,
                    Metric.UPSTREAM_READY, Metric.LEASES, Metric.LEASES_WAITING, Metric.QUEUED_BYTES,
                    Metric.SUBSCRIPTIONS, Metric.SUBSCRIPTION_BYTES, Metric.PUBSUB_TOPICS, Metric.TRACKING_SESSIONS,
                    Metric.TRACKED_KEYS, Metric.TRACKED_BYTES)) {
                assertThat(left.get(metric)).as(metric.name()).isZero();
            }
        }
    }

    private final class Feedback implements TopologyFeedback {
        @Override
        public void moved(int slot, HostPort owner, HostPort from) {
            feedback.add("moved " + slot + " " + owner);
        }

        @Override
        public void unreachable(HostPort node) {
            feedback.add("unreachable " + node);
        }

        @Override
        public void lost(HostPort node, long uncertain, long resent) {
            feedback.add("lost " + node + " " + uncertain + " uncertain " + resent + " resent");
        }

        @Override
        public void silent(HostPort node) {
            feedback.add("silent " + node);
        }

        @Override
        public void stale(String cause) {
            feedback.add("stale " + cause);
        }

        @Override
        public void parked(long since, long commands, long expired) {
            assertThat(System.nanoTime() - since).isNotNegative();
            parkings.add(commands + " parked, " + expired + " expired");
        }
    }
}
