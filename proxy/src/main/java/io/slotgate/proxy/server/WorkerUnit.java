package io.slotgate.proxy.server;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.channel.RecvByteBufAllocator;
import io.slotgate.proxy.clients.AllClients;
import io.slotgate.proxy.config.LiveSettings;
import io.slotgate.proxy.config.ReplayWrites;
import io.slotgate.proxy.config.SlotgateConfig;
import io.slotgate.proxy.facade.UpstreamUser;
import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.observe.Observer;
import io.slotgate.proxy.observe.SlowLog;
import io.slotgate.proxy.observe.Traces;
import io.slotgate.proxy.pubsub.Census;
import io.slotgate.proxy.pubsub.Desk;
import io.slotgate.proxy.pubsub.Hub;
import io.slotgate.proxy.redirect.Parking;
import io.slotgate.proxy.redirect.Redirects;
import io.slotgate.proxy.redirect.TopologyFeedback;
import io.slotgate.proxy.route.RouteTable;
import io.slotgate.proxy.session.MadeUsers;
import io.slotgate.proxy.session.Parting;
import io.slotgate.proxy.session.SessionRoom;
import io.slotgate.proxy.session.UserChannels;
import io.slotgate.proxy.tracking.InvalidationHub;
import io.slotgate.proxy.tracking.TrackingDesk;
import io.slotgate.proxy.upstream.ChannelBudget;
import io.slotgate.proxy.upstream.ChannelReport;
import io.slotgate.proxy.upstream.Connector;
import io.slotgate.proxy.upstream.PendingPool;
import io.slotgate.proxy.upstream.UpstreamEvents;
import io.slotgate.proxy.upstream.Upstreams;
import io.slotgate.proxy.worker.Worker;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.SlotMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One worker with everything that runs on it, put together. Its methods may be called from any thread: they hand over to the
 * event loop.
 */
final class WorkerUnit {
    private static final long SWEEP_MILLIS = 250;

    private final EventLoop loop;
    private final Worker worker;
    private final ChannelBudget budget;
    private final SlotgateConfig config;
    private final @Nullable String zone;
    private final TopologyFeedback topology;
    private final PendingPool pendings = new PendingPool();
    private final UserChannels own;
    private final Hub hub;
    private final InvalidationHub invalidations;
    private final boolean ownsInvalidations;
    private final SessionRoom sessions;
    private final LoopLag lag;

    /**
     * @param first the worker that has the hubs; null: this one
     * @param zone where we are; null: nobody knows
     * @param made the cluster's users that this proxy makes itself
     * @param slowLog that of all workers
     * @param traces those of all workers; null: nobody is told
     */
    WorkerUnit(EventLoop loop, ByteBufAllocator allocator, SlotgateConfig config, Connector connector,
            RouteTable routes, TopologyFeedback topology, @Nullable WorkerUnit first, AllClients clients,
            @Nullable String zone, MadeUsers made, SlowLog slowLog, @Nullable Traces traces) {
        this.loop = loop;
        int sampled = config.heat().enabled() ? config.heat().sample() : 0;
        this.worker = new Worker(loop, allocator, new Observer(slowLog, sampled, traces));
        this.budget = connector.budget();
        budget.join(worker);
        this.config = config;
        this.zone = zone;
        this.topology = topology;
        this.own = channels(connector, redirects -> redirects, first == null ? null : first.hub, new Census(), null);
        this.hub = first != null ? first.hub : Objects.requireNonNull(own.ownHub());
        this.ownsInvalidations = first == null;
        this.invalidations = first != null ? first.invalidations : new InvalidationHub(worker, own.upstreams());
        TrackingDesk trackingDesk = new TrackingDesk(worker, invalidations, config.limits().tracking().keysPerWorker(),
                config.limits().tracking().keyBytesPerWorker(), config.upstream().failoverPatience().toMillis());
        this.sessions = new SessionRoom(worker, own, routes, config.limits(), config.reads().policy(), trackingDesk,
                clients);
        sessions.serveUsers((user, database, desk, refused) -> beside(user, desk,
                (user == null ? connector : connector.as(user.name(), user.password())).selecting(database), made,
                refused), made, config.auth().upstreamUsers());
        this.lag = new LoopLag(System::nanoTime);
        loop.scheduleAtFixedRate(lag::look, LoopLag.STEP_NANOS, LoopLag.STEP_NANOS, TimeUnit.NANOSECONDS);
        loop.scheduleAtFixedRate(sessions::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    /**
     * Channels beside our own, as another user or to another database. Subscriptions of a user are few, so each worker asks for its own: as whom
     * they are made is then beyond doubt.
     */
    private UserChannels beside(@Nullable UpstreamUser user, @Nullable Desk desk, Connector connector, MadeUsers made,
            Consumer<String> refused) {
        UserChannels channels = channels(connector,
                redirects -> new UserEvents(redirects,
                        user != null && made.has(user.name()) ? new Reintroduction(user.name(), made, loop) : null,
                        error -> loop.execute(() -> refused.accept(error))),
                null,
                hub.census(), desk);
        channels.upstreams().followAs(own.upstreams());
        return channels;
    }

    /**
     * Makes channels.
     *
     * @param shared the hub to ask for subscriptions; null: one of its own, that counts in {@code census}
     * @param desk where to ask for subscriptions; null: at one of its own
     */
    private UserChannels channels(Connector connector, Function<Redirects, UpstreamEvents> events, @Nullable Hub shared,
            Census census, @Nullable Desk desk) {
        Parking parking = new Parking(worker, config.upstream().failoverPatience().toNanos(),
                config.limits().parkedBytesPerWorker());
        parking.tell(topology);
        Redirects redirects = new Redirects(worker, parking, topology,
                config.upstream().replayWrites() == ReplayWrites.IDEMPOTENT);
        Upstreams upstreams = new Upstreams(worker, pendings, connector, events.apply(redirects));
        redirects.serve(upstreams);
        upstreams.replicas().zone(zone);
        parking.serve(upstreams);
        if (desk != null) {
            return new UserChannels(upstreams, parking, redirects, desk, null);
        }
        Hub ownHub = shared != null
                ? null
                : new Hub(worker, upstreams, topology, census, config.upstream().failoverPatience().toMillis());
        Desk ownDesk = new Desk(worker, ownHub != null ? ownHub : Objects.requireNonNull(shared),
                config.limits().pubsub().subscriptionBytesPerWorker());
        return new UserChannels(upstreams, parking, redirects, ownDesk, ownHub);
    }

    EventLoop loop() {
        return loop;
    }

    /** Where the connections of this worker read to. */
    RecvByteBufAllocator receiveBuffers() {
        return worker.receiveBuffers();
    }

    SessionRoom sessions() {
        return sessions;
    }

    /** Handshakes are done behind this turn: nodes are not to wait for them. On the event loop. */
    void handshakesFollow() {
        worker.turn().hurry();
    }

    /** Completes when the worker follows the map. */
    CompletableFuture<Void> follow(SlotMap map) {
        return CompletableFuture.runAsync(() -> {
            sessions.follow(map);
            if (ownsInvalidations) {
                invalidations.follow();
            }
        }, loop);
    }

    /** As {@link SessionRoom#follow(RouteTable)}. */
    void follow(RouteTable learned) {
        loop.execute(() -> sessions.follow(learned));
    }

    /**
     * A node did not answer a probe that began at {@code since}, {@link System#nanoTime}. What it has answered and this worker has
     * not read yet is read first.
     */
    void cutSilent(HostPort node, long since) {
        loop.schedule(() -> sessions.cutSilent(node, since), SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Whether a session has read from replicas. Any thread; soon true after the first has. */
    boolean readsReplicas() {
        return own.upstreams().replicas().used();
    }

    /** Says which replicas must not be read from because they are too far behind. */
    void behind(Set<HostPort> replicas) {
        loop.execute(() -> sessions.behind(replicas));
    }

    /** From now on these settings hold. */
    void apply(LiveSettings settings) {
        worker.observer().slowLog().change(settings.slowlog().logSlowerThan(), settings.slowlog().maxLen());
        Traces traces = worker.observer().traces();
        if (traces != null && settings.traces() != null) {
            traces.change(settings.traces().oneIn(), settings.traces().slow());
        }
        loop.execute(() -> sessions.apply(settings));
    }

    /** The channels of whom the proxy itself is. */
    CompletableFuture<List<ChannelReport>> channels() {
        return CompletableFuture.supplyAsync(own.upstreams()::report, loop);
    }

    /** @param gate gives the figures of the worker's gate; asked on the event loop */
    CompletableFuture<Map<Metric, Long>> counters(Supplier<GateCounters> gate) {
        return CompletableFuture.supplyAsync(() -> {
            gate.get().copyTo(worker.counters());
            sessions.countCrossings();
            worker.counters().loopLagMicros = lag.longestMicros();
            return worker.counters().snapshot();
        }, loop);
    }

    /** What its observer says; asked on the event loop. */
    <T> CompletableFuture<T> seen(Function<Observer, T> question) {
        return CompletableFuture.supplyAsync(() -> question.apply(worker.observer()), loop);
    }

    /** As {@link SessionRoom#drain}. */
    void drain(Parting how, long idleMillis) {
        loop.execute(() -> sessions.drain(how, idleMillis));
    }

    /** As {@link SessionRoom#stay}. */
    void stay() {
        loop.execute(sessions::stay);
    }

    /** Completes when a channel to every primary is ready. */
    CompletableFuture<Boolean> connected() {
        return CompletableFuture.supplyAsync(own.upstreams()::connected, loop);
    }

    /** Closes sessions and channels and gives the buffers back. */
    CompletableFuture<Void> close() {
        return CompletableFuture.runAsync(() -> {
            if (ownsInvalidations) {
                invalidations.close();
            }
            sessions.close();
            budget.close(worker);
            worker.close();
        }, loop);
    }
}
