package io.slotgate.proxy.server;

import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import io.slotgate.proxy.clients.AllClients;
import io.slotgate.proxy.config.SlotgateConfig;
import io.slotgate.proxy.config.Tls;
import io.slotgate.proxy.config.TracesConfig;
import io.slotgate.proxy.facade.Facade;
import io.slotgate.proxy.facade.FacadeSettings;
import io.slotgate.proxy.observe.SlowLog;
import io.slotgate.proxy.observe.Traces;
import io.slotgate.proxy.route.RouteTable;
import io.slotgate.proxy.upstream.ChannelBudget;
import io.slotgate.proxy.upstream.Connector;
import io.slotgate.topology.discovery.Discovery;
import io.slotgate.topology.discovery.ServerVersion;
import io.slotgate.topology.model.SlotMap;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One start of a proxy, by one thread:
 *
 * <pre>
 *   discovery ── first map ──> what the nodes are ──> listeners bound ──> workers ── channels, users ──> clients let in ──> fleet
 *       └ meanwhile: TLS contexts                                            └ follow the map
 * </pre>
 *
 * Listeners are bound before there are workers, for what clients are told of the cluster names the ports. Each part is put down for
 * {@link Shutdown} as soon as it is there.
 */
final class ProxyStart {
    private static final Duration UPGRADE_INTERVAL = Duration.ofSeconds(5);

    private final SlotgateConfig config;
    private final Shutdown shutdown;
    private final NetworkStack stack;
    private final Workers workers;
    private final UpstreamCluster cluster;
    private final ExecutorService resolver = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("slotgate-resolver-", 0).factory());
    private final TlsContexts tls = new TlsContexts();
    private final @Nullable String zone;
    private final SlowLog slowLog;
    private final @Nullable Traces traces;

    private ProxyStart(SlotgateConfig config, Shutdown shutdown) {
        this.config = config;
        this.shutdown = shutdown;
        Duration slow = config.slowlog().logSlowerThan();
        this.slowLog = slow == null ? SlowLog.off() : SlowLog.of(slow.toNanos(), config.slowlog().maxLen());
        TracesConfig traced = config.traces();
        this.traces = traced == null ? null : new Traces(traced.oneIn(), traced.slow());
        this.stack = NetworkStack.of(config.transport());
        int count = config.workers() > 0 ? config.workers() : Runtime.getRuntime().availableProcessors();
        this.workers = new Workers(stack.newGroup("slotgate-worker", count));
        shutdown.add(Shutdown.Part.WORKERS, workers::close);
        shutdown.add(Shutdown.Part.EVENT_LOOPS, workers::endLoops);
        shutdown.add(Shutdown.Part.RESOLVER, resolver::shutdownNow);
        this.cluster = UpstreamCluster.of(config);
        shutdown.add(Shutdown.Part.DISCOVERY, cluster.discovery()::close);
        this.zone = OwnZone.find(config.zone(), System::getenv);
    }

    /** As {@link ProxyServer#start}. Whatever was started of a proxy that can't be is ended before this throws. */
    static ProxyServer run(SlotgateConfig config) throws IOException, InterruptedException {
        Shutdown shutdown = new Shutdown();
        try {
            return new ProxyStart(config, shutdown).run();
        } catch (IOException | InterruptedException | RuntimeException e) {
            shutdown.close();
            throw e;
        }
    }

    private ProxyServer run() throws IOException, InterruptedException {
        CompletableFuture<SlotMap> firstMap = cluster.discovery().start();
        Connector connector = connector();
        SslContext clientTls = clientTls();
        await(firstMap);
        CompletableFuture<ClusterFacts> learning = ClusterFacts.learn(cluster.discovery());
        RuledUsers users = RuledUsers.of(config.auth().users(), cluster.discovery());
        Listeners listeners = bind(clientTls);
        ClusterFacts facts = await(learning);
        Facade facade = facade(listeners, facts);
        RouteTable routes = new RouteTable(facts.commands(), facade);
        AllClients clients = new AllClients(facade::knowsUser, System::currentTimeMillis);
        WorkerFeedback feedback = new WorkerFeedback(workers, cluster.discovery(), cluster.history(), shutdown::begun);
        workers.make((loop, first) -> new WorkerUnit(loop, stack.allocator(), config, connector, routes, feedback,
                first, clients, zone, users, slowLog, traces));
        followCluster();
        followUpgrades(listeners, facts);
        await(users.everywhere());
        // So that the first clients don't have to.
        workers.awaitChannels(config.upstream().connectTimeout());
        listeners.startAccepting();
        return serving(listeners, clients, clientTls);
    }

    private Connector connector() {
        SslContext upstreamTls = config.upstream().tls() == null
                ? null
                : TlsContexts.forUpstream(config.upstream().tls());
        // A no-op without BoringSSL.
        shutdown.add(Shutdown.Part.UPSTREAM_TLS, () -> ReferenceCountUtil.release(upstreamTls));
        return new Connector(stack.clientChannels(), stack.allocator(), config.upstream(), upstreamTls, resolver,
                new ChannelBudget(config.upstream().channelsPerNode(), workers.loops().size()));
    }

    private @Nullable SslContext clientTls() {
        Tls configured = config.listen().tls();
        if (configured == null) {
            return null;
        }
        SslContext context = tls.forListeners(configured);
        shutdown.add(Shutdown.Part.LISTENERS_TLS, () -> ReferenceCountUtil.release(context));
        return context;
    }

    private Listeners bind(@Nullable SslContext clientTls) throws IOException {
        Listeners listeners = Listeners.open(config.listen(), config.limits(), stack, workers.loops(), clientTls,
                new WorkerSessions(config, workers));
        shutdown.add(Shutdown.Part.LISTENERS, listeners::close);
        return listeners;
    }

    private Facade facade(Listeners listeners, ClusterFacts facts) {
        ServerVersion upstream = facts.version();
        return new Facade(new FacadeSettings(config.fleet().name(), config.listen().advertisedHost(),
                Math.max(0, listeners.port(ListenerKind.CLIENT)), Math.max(0, listeners.port(ListenerKind.READ)),
                Math.max(0, listeners.port(ListenerKind.PLAIN)), config.auth().users(), upstream.name(),
                upstream.version(), config.clusterEnabled(), config.auth().passThrough(), WorkerSessions.open(config),
                config.allow(), facts.databases()), cluster.table()::current);
    }

    /** Returns when the workers know the map. */
    private void followCluster() throws IOException, InterruptedException {
        cluster.table().subscribe(workers::follow);
        await(workers.follow(cluster.table().current()));
        cluster.discovery().watchReplicas(config.reads().maxReplicaLag(), workers::readReplicas, behind -> {
            workers.behind(behind);
            cluster.history().avoids(behind);
        });
    }

    private void followUpgrades(Listeners listeners, ClusterFacts first) {
        Discovery discovery = cluster.discovery();
        UpgradeWatch watch = new UpgradeWatch(first.version(),
                () -> ClusterFacts.learn(discovery).thenApplyAsync(facts -> facts, discovery::later),
                facts -> workers.follow(new RouteTable(facts.commands(), facade(listeners, facts))));
        discovery.every(UPGRADE_INTERVAL, () -> watch.look(cluster.table().current(), discovery.nodeHealth()));
    }

    /** What clients need is there: the fleet may hear of us, and operators come in. */
    private ProxyServer serving(Listeners listeners, AllClients clients, @Nullable SslContext clientTls)
            throws IOException {
        Readiness readiness = new Readiness(cluster, shutdown);
        Seen seen = new Seen(workers, slowLog, traces);
        FleetLink fleet = FleetLink.open(config, new SelfPortrait(config, listeners, readiness), cluster,
                new HeatAnswers(seen));
        shutdown.add(Shutdown.Part.FLEET, fleet::close);
        Drains drains = new Drains(listeners, workers, config.drainNotice(), cluster.history(), fleet);
        shutdown.add(Shutdown.Part.DRAINS, drains::end);
        if (config.listen().tls() != null) {
            renew(config.listen().tls(), listeners, Objects.requireNonNull(clientTls));
        }
        return new ProxyServer(cluster, workers, listeners, readiness, seen, fleet,
                new Controls(config, workers, listeners, cluster.discovery(), clients, fleet), drains, shutdown);
    }

    /** Ticket keys by the clock, certificates when their files change. */
    private void renew(Tls configured, Listeners listeners, SslContext first) {
        long period = configured.sessionTimeout().toMillis();
        workers.loops().getFirst().scheduleAtFixedRate(tls::rotateTicketKeys, period, period, TimeUnit.MILLISECONDS);
        CertificateRenewal renewal = new CertificateRenewal(tls, configured, listeners, first);
        shutdown.add(Shutdown.Part.LISTENERS_TLS, renewal::close);
    }

    private static <T> T await(CompletableFuture<T> future) throws IOException, InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
    }
}
