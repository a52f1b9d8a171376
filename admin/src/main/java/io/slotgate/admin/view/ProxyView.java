package io.slotgate.admin.view;

import io.slotgate.proxy.clients.ListedClient;
import io.slotgate.proxy.config.LiveSettings;
import io.slotgate.proxy.config.SlotgateConfig;
import io.slotgate.proxy.metrics.FleetFigures;
import io.slotgate.proxy.metrics.MetricSource;
import io.slotgate.proxy.observe.CommandFigures;
import io.slotgate.proxy.observe.HeatFigures;
import io.slotgate.proxy.observe.KeyFigures;
import io.slotgate.proxy.observe.OfProxies;
import io.slotgate.proxy.observe.SlotCounts;
import io.slotgate.proxy.observe.SlowCommand;
import io.slotgate.proxy.observe.Traces;
import io.slotgate.proxy.server.ProxyServer;
import io.slotgate.proxy.upstream.ChannelReport;
import io.slotgate.topology.discovery.FailoverMode;
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
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What the admin API asks of a proxy. Any thread; nothing here waits but {@link #drain} and {@link #stopDraining}. */
public interface ProxyView {
    /** Whether every slot has an owner and listeners are open. */
    boolean ready();

    /** Whether clients are being let go, or were. */
    boolean draining();

    /** The cluster as it is known now. */
    SlotMap slots();

    /** The figures of each worker, in the order of the workers; always as many. */
    List<MetricSource> workers();

    /** Client connections that are open, handshakes included. */
    int connections();

    /** Connections refused because {@code limits.connections} were open, since the start. */
    long refusedConnections();

    /** Memory outside the heap that buffers of the data plane have taken from the system, in bytes. */
    long bufferBytes();

    /** What the fleet costs and brings. */
    FleetFigures fleet();

    /** The proxies of the fleet that have said how they are, this one first. */
    List<Member> members();

    /** What the proxy was told at its start. */
    SlotgateConfig config();

    /** What holds now of that which can be changed. */
    LiveSettings settings();

    /**
     * Has these hold from now on.
     *
     * @param version of the agreement that they are, for the fleet to know
     */
    void apply(LiveSettings settings, long version);

    /** Where changes of settings are agreed on and kept; {@code null} if nowhere. */
    @Nullable
    AgreedSettings agreed();

    /** All clients that are past their handshake, in the order of ids. */
    CompletableFuture<List<ListedClient>> clients();

    /** Closes the connection of a client; false if there is none of this id. */
    CompletableFuture<Boolean> kill(long client);

    /** The channels of each worker, in the order of the workers. */
    List<CompletableFuture<List<ChannelReport>>> channels();

    /** How each node was when it was last asked, by its address in the slot map. */
    Map<HostPort, NodeHealth> nodeHealth();

    /** What has changed in the cluster and here, when and why. */
    TopologyHistory history();

    /** What was seen of each command that was used since the start, by name. */
    CompletableFuture<List<CommandFigures>> commands();

    /** Which slots, hot keys and big keys the commands were about. */
    CompletableFuture<HeatFigures> heat();

    /** Hot and big keys of all proxies of the fleet, each of which is waited for for about a second. */
    CompletableFuture<OfProxies<KeyFigures>> fleetKeys();

    /** Which slots the commands at all proxies of the fleet were about, as {@link #fleetKeys}. */
    CompletableFuture<OfProxies<SlotCounts>> fleetSlots();

    /** The last commands that took long here, the newest first. */
    List<SlowCommand> slowCommands();

    /** Commands chosen to be told to a collector of traces; {@code null} if none is configured. */
    @Nullable
    Traces traces();

    /** Forgets the slow commands. */
    void resetSlowCommands();

    /** Has the cluster asked how it is, as soon as may be. */
    void refresh(String cause);

    /** Tells a replica to take its primary's place; completes when it has said that it will. */
    CompletableFuture<Void> failover(HostPort replica, FailoverMode mode);

    /** Takes in no further clients, and lets those there go in peace; returns when all are gone, or after {@code most}. */
    void drain(Duration most) throws InterruptedException;

    /**
     * Takes clients in again when nobody waits in {@link #drain} any more.
     *
     * @return false if another drain goes on, or the proxy ends
     * @throws IOException if a port can't be had any more; says which
     */
    boolean stopDraining() throws IOException;

    /** A view of a proxy that was started. */
    static ProxyView of(ProxyServer proxy) {
        return new ServedProxy(proxy);
    }
}
