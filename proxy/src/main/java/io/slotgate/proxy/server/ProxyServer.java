package io.slotgate.proxy.server;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.internal.PlatformDependent;
import io.slotgate.proxy.clients.AllClients;
import io.slotgate.proxy.command.CommandTable;
import io.slotgate.proxy.config.SlotgateConfig;
import io.slotgate.proxy.config.Upstream;
import io.slotgate.proxy.facade.ClientState;
import io.slotgate.proxy.facade.Facade;
import io.slotgate.proxy.facade.FacadeSettings;
import io.slotgate.proxy.facade.Listener;
import io.slotgate.proxy.metrics.MetricSource;
import io.slotgate.proxy.pubsub.Hub;
import io.slotgate.proxy.redirect.TopologyFeedback;
import io.slotgate.proxy.route.RouteTable;
import io.slotgate.proxy.script.Scripts;
import io.slotgate.proxy.session.Session;
import io.slotgate.proxy.upstream.Connector;
import io.slotgate.topology.discovery.ClusterAccess;
import io.slotgate.topology.discovery.ClusterTls;
import io.slotgate.topology.discovery.Discovery;
import io.slotgate.topology.discovery.DiscoverySettings;
import io.slotgate.topology.discovery.ServerVersion;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Observation;
import io.slotgate.topology.model.SlotMap;
import io.slotgate.topology.table.TopologyTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The proxy: workers, listeners and the topology table, put together and run. Methods may be called from any thread.
 *
 * <pre>
 *   listeners ──> worker 1 … n ──> nodes
 *                   ^   │ redirects, lost connections
 *      slot maps    │   v
 *                 topology table <── discovery
 * </pre>
 */
public final class ProxyServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ProxyServer.class);
    private static final long COMMANDS_SECONDS = 5;
    private static final ServerVersion LEAST_VERSION = new ServerVersion("redis", "7.0.0");
    private static final long CLOSE_SECONDS = 10;

    private final SlotgateConfig config;
    private final NetworkStack stack;
    private final TopologyTable table = new TopologyTable();
    private final TlsContexts tls = new TlsContexts();
    private final Discovery discovery;
    private final EventLoopGroup group;
    private final ExecutorService resolver = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("slotgate-resolver-", 0).factory());
    private final AtomicLong clientIds = new AtomicLong();
    private List<WorkerUnit> units = List.of();
    private @Nullable Listeners listeners;
    private @Nullable SslContext upstreamTls;
    private @Nullable SslContext clientTls;
    private volatile boolean closing;

    private ProxyServer(SlotgateConfig config) {
        this.config = config;
        this.stack = NetworkStack.of(config.transport());
        int workers = config.workers() > 0 ? config.workers() : Runtime.getRuntime().availableProcessors();
        this.group = stack.newGroup("slotgate-worker", workers);
        this.discovery = new Discovery(access(config), new DiscoverySettings(config.topology().refreshInterval(),
                config.topology().minRefreshGap(), config.topology().probedNodes()), table);
    }

    /**
     * Starts a proxy and returns when it serves: the cluster is known, the workers' channels are ready and the listeners open.
     *
     * @throws IOException if a listener can't be opened or a file can't be used
     * @throws InterruptedException if interrupted while the cluster can't be reached; it is tried for as long as it takes
     */
    public static ProxyServer start(SlotgateConfig config) throws IOException, InterruptedException {
        ProxyServer server = new ProxyServer(config);
        try {
            server.run();
            return server;
        } catch (IOException | InterruptedException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private void run() throws IOException, InterruptedException {
        CompletableFuture<SlotMap> firstMap = discovery.start();
        upstreamTls = config.upstream().tls() == null
                ? null
                : TlsContexts.forUpstream(config.upstream().tls());
        clientTls = config.listen().tls() == null
                ? null
                : tls.forListeners(config.listen().tls());
        Connector connector = new Connector(stack.clientChannels(), stack.allocator(), config.upstream(), upstreamTls,
                resolver);
        await(firstMap);
        CompletableFuture<List<Object>> commandsAsked = discovery.commandTable();
        CompletableFuture<ServerVersion> versionAsked = discovery.serverVersion();
        CommandTable commands = learnCommands(commandsAsked);
        Listeners open = Listeners.open(config.listen(), config.limits(), stack, loops(), clientTls,
                new Sessions());
        listeners = open;
        Facade facade = new Facade(facadeSettings(learnVersion(versionAsked)), table::current);
        RouteTable routes = new RouteTable(commands, facade);
        AllClients clients = new AllClients(facade::knowsUser, System::currentTimeMillis);
        List<WorkerUnit> made = new ArrayList<>();
        for (EventLoop loop : loops()) {
            Hub hub = made.isEmpty() ? null : made.getFirst().hub();
            made.add(new WorkerUnit(loop, stack.allocator(), config, connector, routes, new Feedback(), hub,
                    clients));
        }
        units = List.copyOf(made);
        Scripts.share(units.stream().map(unit -> unit.sessions().scripts()).toList());
        table.subscribe(this::publish);
        for (WorkerUnit unit : units) {
            await(unit.follow(table.current()));
        }
        awaitChannels();
        open.startAccepting();
        if (config.listen().tls() != null) {
            long period = config.listen().tls().sessionTimeout().toMillis();
            group.next().scheduleAtFixedRate(tls::rotateTicketKeys, period, period, TimeUnit.MILLISECONDS);
        }
    }

    private static void await(CompletableFuture<?> future) throws IOException, InterruptedException {
        try {
            future.get();
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
    }

    /** Waits a moment for the channels, so that the first clients don't; a node that is down must not keep us from serving. */
    private void awaitChannels() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + config.upstream().connectTimeout().toNanos();
        for (WorkerUnit unit : units) {
            while (System.nanoTime() < deadline) {
                CompletableFuture<Boolean> connected = unit.connected();
                await(connected);
                if (connected.join()) {
                    break;
                }
                TimeUnit.MILLISECONDS.sleep(1);
            }
        }
    }

    /** The upstream's own table where it can be asked, for it may have modules; else the built-in one. */
    private static CommandTable learnCommands(CompletableFuture<List<Object>> asked) throws InterruptedException {
        try {
            return CommandTable.learn(asked.get(COMMANDS_SECONDS, TimeUnit.SECONDS));
        } catch (ExecutionException | TimeoutException | IllegalArgumentException e) {
            log.atWarn().setCause(e).log("The cluster's COMMAND table could not be read: the built-in one is used");
            return CommandTable.builtIn();
        }
    }

    /** Clients choose features by what HELLO says we are: it has to be what the nodes are. */
    private static ServerVersion learnVersion(CompletableFuture<ServerVersion> asked) throws InterruptedException {
        try {
            return asked.get(COMMANDS_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            log.atWarn().setCause(e).log("The nodes' version could not be read: clients are told the least one");
            return LEAST_VERSION;
        }
    }

    private void publish(SlotMap map) {
        for (WorkerUnit unit : units) {
            unit.follow(map);
        }
    }

    private List<EventLoop> loops() {
        List<EventLoop> loops = new ArrayList<>();
        group.forEach(executor -> loops.add((EventLoop) executor));
        return loops;
    }

    private WorkerUnit unit(EventLoop loop) {
        for (WorkerUnit unit : units) {
            if (unit.loop() == loop) {
                return unit;
            }
        }
        throw new IllegalStateException("no worker has this event loop: " + loop);
    }

    private Session newSession(ListenerKind kind, SocketChannel channel, EventLoop loop) {
        Listener door = switch (kind) {
            case CLIENT -> Listener.CLIENT;
            case READ -> Listener.READ;
            case PLAIN -> Listener.PLAIN;
        };
        ClientState client = new ClientState(clientIds.incrementAndGet(), door, channel.remoteAddress(),
                channel.localAddress(), System.currentTimeMillis(), config.auth().users().isEmpty());
        client.serverName(TlsContexts.serverName(channel));
        return new Session(unit(loop).sessions(), client);
    }

    private FacadeSettings facadeSettings(ServerVersion upstream) {
        return new FacadeSettings(config.fleet(), config.listen().advertisedHost(), Math.max(0, clientPort()),
                Math.max(0, readPort()), Math.max(0, plainPort()),
                config.auth().users(), upstream.name(), upstream.version(), config.clusterEnabled());
    }

    private static ClusterAccess access(SlotgateConfig config) {
        Upstream upstream = config.upstream();
        ClusterTls tls = upstream.tls() == null
                ? null
                : new ClusterTls(upstream.tls().ca(), upstream.tls().certificate(), upstream.tls().key(),
                        upstream.tls().verifyHostname());
        return new ClusterAccess(upstream.seeds(), upstream.user(),
                upstream.password() == null ? null : upstream.password().reveal(), tls, upstream.connectTimeout(),
                config.topology().probeTimeout());
    }

    /** The port of the client listener; -1 if there is none. */
    public int clientPort() {
        return port(ListenerKind.CLIENT);
    }

    /** The port of the read listener; -1 if there is none. */
    public int readPort() {
        return port(ListenerKind.READ);
    }

    /** The port of the listener without TLS; -1 if there is none. */
    public int plainPort() {
        return port(ListenerKind.PLAIN);
    }

    private int port(ListenerKind kind) {
        boolean configured = switch (kind) {
            case CLIENT -> config.listen().client() != null;
            case READ -> config.listen().read() != null;
            case PLAIN -> config.listen().plain() != null;
        };
        return listeners == null || !configured ? -1 : listeners.port(kind);
    }

    /** Whether every slot has an owner and listeners are open. */
    public boolean ready() {
        return !closing && listeners != null && table.current().coveredSlots() == SlotMap.SLOTS;
    }

    /** The cluster as it is known now. */
    public SlotMap slots() {
        return table.current();
    }

    /** The figures of each worker, in the order of the workers. */
    public List<MetricSource> metrics() {
        Listeners open = listeners;
        List<MetricSource> sources = new ArrayList<>();
        for (int i = 0; open != null && i < units.size(); i++) {
            WorkerUnit unit = units.get(i);
            int index = i;
            sources.add(() -> unit.counters(() -> open.gate(index)));
        }
        return sources;
    }

    /** Client connections that are open, handshakes included. */
    public int connections() {
        return listeners == null ? 0 : listeners.connections();
    }

    /** Connections refused because {@code limits.connections} were open, since the start. */
    public long refusedConnections() {
        return listeners == null ? 0 : listeners.refused();
    }

    /** Memory outside the heap that Netty has taken from the system, in bytes; one figure for the whole process. */
    public long bufferBytes() {
        return Math.max(0, PlatformDependent.usedDirectMemory());
    }

    /** Stops listening, closes all connections and waits until everything has ended, at most some seconds. */
    @Override
    public void close() {
        closing = true;
        if (listeners != null) {
            listeners.close();
        }
        discovery.close();
        CompletableFuture<?>[] closed = units.stream().map(WorkerUnit::close).toArray(CompletableFuture[]::new);
        try {
            CompletableFuture.allOf(closed).get(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            log.atWarn().setCause(e).log("Not all workers closed cleanly");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // Without a quiet period a loop may end before its channels have closed.
        group.shutdownGracefully(10, CLOSE_SECONDS * 1000, TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(CLOSE_SECONDS * 1000);
        resolver.shutdownNow();
        // No-ops without BoringSSL.
        ReferenceCountUtil.release(clientTls);
        ReferenceCountUtil.release(upstreamTls);
    }

    /** What the listeners ask of us. */
    private final class Sessions implements SessionFactory {
        @Override
        public Session newSession(SocketChannel channel, ListenerKind kind, EventLoop worker) {
            return ProxyServer.this.newSession(kind, channel, worker);
        }

        @Override
        public RecvByteBufAllocator receiveBuffers(EventLoop worker) {
            return unit(worker).receiveBuffers();
        }
    }

    /** What workers learn on the way. */
    private final class Feedback implements TopologyFeedback {
        @Override
        public void moved(int slot, HostPort owner, HostPort from) {
            discovery.report(new Observation.Redirect(slot, owner, from));
        }

        @Override
        public void unreachable(HostPort node) {
            if (!closing) {
                discovery.report(new Observation.NodeLost(node));
            }
        }

        @Override
        public void stale(String cause) {
            discovery.requestRefresh(cause);
        }
    }
}
