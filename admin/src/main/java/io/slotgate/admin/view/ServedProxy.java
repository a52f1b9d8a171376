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
import io.slotgate.proxy.server.Controls;
import io.slotgate.proxy.server.FleetSeen;
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

/** The proxy of this process. */
final class ServedProxy implements ProxyView {
    private final ProxyServer proxy;
    private final Controls controls;
    private final FleetSeen fleetSeen;

    ServedProxy(ProxyServer proxy) {
        this.proxy = proxy;
        this.controls = proxy.controls();
        this.fleetSeen = proxy.fleetSeen();
    }

    @Override
    public boolean ready() {
        return proxy.ready();
    }

    @Override
    public boolean draining() {
        return proxy.draining();
    }

    @Override
    public SlotMap slots() {
        return proxy.slots();
    }

    @Override
    public List<MetricSource> workers() {
        return proxy.metrics();
    }

    @Override
    public int connections() {
        return proxy.connections();
    }

    @Override
    public long refusedConnections() {
        return proxy.refusedConnections();
    }

    @Override
    public long bufferBytes() {
        return proxy.bufferBytes();
    }

    @Override
    public FleetFigures fleet() {
        return proxy.fleetFigures();
    }

    @Override
    public List<Member> members() {
        return proxy.members();
    }

    @Override
    public SlotgateConfig config() {
        return controls.config();
    }

    @Override
    public LiveSettings settings() {
        return controls.settings();
    }

    @Override
    public void apply(LiveSettings settings, long version) {
        controls.apply(settings, version);
    }

    @Override
    public @Nullable AgreedSettings agreed() {
        return proxy.agreedSettings();
    }

    @Override
    public CompletableFuture<List<ListedClient>> clients() {
        return controls.clients();
    }

    @Override
    public CompletableFuture<Boolean> kill(long client) {
        return controls.kill(client);
    }

    @Override
    public List<CompletableFuture<List<ChannelReport>>> channels() {
        return controls.channels();
    }

    @Override
    public Map<HostPort, NodeHealth> nodeHealth() {
        return proxy.nodeHealth();
    }

    @Override
    public TopologyHistory history() {
        return proxy.history();
    }

    @Override
    public CompletableFuture<List<CommandFigures>> commands() {
        return proxy.seen().commands();
    }

    @Override
    public CompletableFuture<HeatFigures> heat() {
        return proxy.seen().heat();
    }

    @Override
    public CompletableFuture<OfProxies<KeyFigures>> fleetKeys() {
        return fleetSeen.keys();
    }

    @Override
    public CompletableFuture<OfProxies<SlotCounts>> fleetSlots() {
        return fleetSeen.slots();
    }

    @Override
    public List<SlowCommand> slowCommands() {
        return proxy.seen().slowCommands();
    }

    @Override
    public @Nullable Traces traces() {
        return proxy.seen().traces();
    }

    @Override
    public void resetSlowCommands() {
        proxy.seen().resetSlowCommands();
    }

    @Override
    public void refresh(String cause) {
        controls.refresh(cause);
    }

    @Override
    public CompletableFuture<Void> failover(HostPort replica, FailoverMode mode) {
        return controls.failover(replica, mode);
    }

    @Override
    public void drain(Duration most) throws InterruptedException {
        proxy.drain(most);
    }

    @Override
    public boolean stopDraining() throws IOException {
        return proxy.stopDraining();
    }
}
