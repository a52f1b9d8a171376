package io.slotgate.proxy.server;

import io.slotgate.proxy.clients.AllClients;
import io.slotgate.proxy.clients.ClientRoll;
import io.slotgate.proxy.clients.ListedClient;
import io.slotgate.proxy.config.LiveSettings;
import io.slotgate.proxy.config.SlotgateConfig;
import io.slotgate.proxy.upstream.ChannelReport;
import io.slotgate.topology.discovery.Discovery;
import io.slotgate.topology.discovery.FailoverMode;
import io.slotgate.topology.model.HostPort;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What operators may look into and change while a proxy runs. Any thread; nothing here waits. */
public final class Controls {
    private final SlotgateConfig config;
    private final Workers workers;
    private final Listeners listeners;
    private final Discovery discovery;
    private final ClientRoll roll;
    private final FleetLink fleet;
    private volatile LiveSettings settings;
    private volatile long settingsVersion;

    Controls(SlotgateConfig config, Workers workers, Listeners listeners, Discovery discovery, AllClients clients,
            FleetLink fleet) {
        this.config = config;
        this.workers = workers;
        this.listeners = listeners;
        this.discovery = discovery;
        this.roll = new ClientRoll(clients);
        this.settings = LiveSettings.of(config);
        this.fleet = fleet;
    }

    /** What the proxy was told at its start. */
    public SlotgateConfig config() {
        return config;
    }

    /** What holds now of that which can be changed. */
    public LiveSettings settings() {
        return settings;
    }

    /** Of the agreement that {@link #settings} are; 0: as configured. */
    public long settingsVersion() {
        return settingsVersion;
    }

    /**
     * From now on, on each worker after its present turn, these hold. The fleet is told.
     *
     * @param version of the agreement, 0 or more
     */
    public synchronized void apply(LiveSettings applied, long version) {
        settings = applied;
        settingsVersion = version;
        listeners.limit(applied.limits().connections());
        discovery.mostLag(applied.reads().maxReplicaLag());
        workers.apply(applied);
        fleet.applied(version);
    }

    /** All clients that are past their handshake, in the order of ids. */
    public CompletableFuture<List<ListedClient>> clients() {
        return roll.list();
    }

    /** Closes the connection of a client; false if there is none of this id. */
    public CompletableFuture<Boolean> kill(long client) {
        return roll.kill(client);
    }

    /** The channels of each worker, in the order of the workers. Never completes if a worker ends before. */
    public List<CompletableFuture<List<ChannelReport>>> channels() {
        return workers.channels();
    }

    /** Has the cluster asked how it is, as soon as may be. */
    public void refresh(String cause) {
        discovery.requestRefresh(cause);
    }

    /**
     * Tells a replica to take its primary's place.
     *
     * @return completes when the replica has said that it will; fails with what it answered instead
     * @see <a href="https://valkey.io/commands/cluster-failover/">CLUSTER FAILOVER</a>
     */
    public CompletableFuture<Void> failover(HostPort replica, FailoverMode mode) {
        return discovery.failover(replica, mode);
    }
}
