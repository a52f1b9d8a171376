package io.slotgate.proxy.server;

import io.netty.util.internal.PlatformDependent;
import io.slotgate.proxy.config.SlotgateConfig;
import io.slotgate.proxy.metrics.FleetFigures;
import io.slotgate.proxy.metrics.MetricSource;
import io.slotgate.topology.fleet.Member;
import io.slotgate.topology.fleet.agreed.AgreedSettings;
import io.slotgate.topology.history.TopologyHistory;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.NodeHealth;
import io.slotgate.topology.model.SlotMap;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A proxy that serves: what may be asked of it, and how it is stopped. Methods may be called from any thread.
 *
 * <pre>
 *   listeners ──> worker 1 … n ──> nodes
 *                   ^   │ redirects, lost connections
 *      slot maps    │   v
 *                 topology table <── discovery <── fleet
 * </pre>
 */
public final class ProxyServer implements AutoCloseable {
    private final UpstreamCluster cluster;
    private final Workers workers;
    private final Listeners listeners;
    private final Readiness readiness;
    private final Seen seen;
    private final FleetLink fleet;
    private final Controls controls;
    private final Drains drains;
    private final Shutdown shutdown;

    ProxyServer(UpstreamCluster cluster, Workers workers, Listeners listeners, Readiness readiness, Seen seen,
            FleetLink fleet, Controls controls, Drains drains, Shutdown shutdown) {
        this.cluster = cluster;
        this.workers = workers;
        this.listeners = listeners;
        this.readiness = readiness;
        this.seen = seen;
        this.fleet = fleet;
        this.controls = controls;
        this.drains = drains;
        this.shutdown = shutdown;
    }

    /**
     * Starts a proxy and returns when it serves: the cluster is known, the workers' channels are ready and the listeners open.
     *
     * @throws IOException if a listener can't be opened or a file can't be used
     * @throws InterruptedException if interrupted while the cluster can't be reached; it is tried for as long as it takes
     */
    public static ProxyServer start(SlotgateConfig config) throws IOException, InterruptedException {
        return ProxyStart.run(config);
    }

    /** The port of the client listener; -1 if there is none. */
    public int clientPort() {
        return listeners.port(ListenerKind.CLIENT);
    }

    /** The port of the read listener; -1 if there is none. */
    public int readPort() {
        return listeners.port(ListenerKind.READ);
    }

    /** The port of the listener without TLS; -1 if there is none. */
    public int plainPort() {
        return listeners.port(ListenerKind.PLAIN);
    }

    /** Whether every slot has an owner and listeners are open. */
    public boolean ready() {
        return readiness.now() && !draining();
    }

    /** The cluster as it is known now. */
    public SlotMap slots() {
        return cluster.table().current();
    }

    /** How each node was when it was last asked, by its address in the slot map. */
    public Map<HostPort, NodeHealth> nodeHealth() {
        return cluster.discovery().nodeHealth();
    }

    /** What has changed in the cluster and here, when and why. */
    public TopologyHistory history() {
        return cluster.history().history();
    }

    /** The figures of each worker, in the order of the workers. */
    public List<MetricSource> metrics() {
        return workers.metrics(listeners);
    }

    /** What was seen of the commands that passed. */
    public Seen seen() {
        return seen;
    }

    /** What all proxies of the fleet saw of slots and keys. */
    public FleetSeen fleetSeen() {
        return new FleetSeen(seen, fleet);
    }

    /** Client connections that are open, handshakes included. */
    public int connections() {
        return listeners.connections();
    }

    /** Connections refused because {@code limits.connections} were open, since the start. */
    public long refusedConnections() {
        return listeners.refused();
    }

    /** What the fleet costs and brings. */
    public FleetFigures fleetFigures() {
        return fleet.figures();
    }

    /** The proxies in front of this cluster that have said how they are, ourselves first. */
    public List<Member> members() {
        return fleet.members();
    }

    /** The settings all proxies agree on; {@code null} where none are configured. */
    public @Nullable AgreedSettings agreedSettings() {
        return fleet.settings();
    }

    /** What operators may look into and change. */
    public Controls controls() {
        return controls;
    }

    /** Whether clients are being let go, or were. */
    public boolean draining() {
        return drains.on();
    }

    /** Memory outside the heap that Netty has taken from the system, in bytes; one figure for the whole process. */
    public long bufferBytes() {
        return Math.max(0, PlatformDependent.usedDirectMemory());
    }

    /**
     * Lets clients go in peace before {@link #close}: see {@link Drain}. Returns when all are gone, or after {@code most} and the
     * notice that load balancers are given before.
     *
     * @throws InterruptedException if interrupted; clients are not taken in again by that alone: see {@link #stopDraining}
     */
    public void drain(Duration most) throws InterruptedException {
        drains.run(most);
    }

    /**
     * Takes clients in again, at the same ports, when nobody waits in {@link #drain} any more. Those that were let go stay gone; those that were to
     * go when they have done what they are at, stay. Returns when clients can connect.
     *
     * @return false if another drain goes on or the proxy ends, so that clients are not taken in
     * @throws IOException if a port can't be had any more; then it is as after the drain
     */
    public boolean stopDraining() throws IOException {
        return drains.resume();
    }

    /** Stops listening, closes all connections and waits until everything has ended, at most some seconds. */
    @Override
    public void close() {
        shutdown.close();
    }
}
