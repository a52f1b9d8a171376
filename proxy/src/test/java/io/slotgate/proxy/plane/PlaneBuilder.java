package io.slotgate.proxy.plane;

import io.netty.handler.ssl.SslContext;
import io.slotgate.proxy.config.AllowedCommands;
import io.slotgate.proxy.config.ReadPolicy;
import io.slotgate.proxy.config.Upstream;
import io.slotgate.proxy.observe.Observer;
import io.slotgate.proxy.observe.SlowLog;
import io.slotgate.proxy.upstream.ChannelBudget;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.SlotMap;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What can be other than usual of a {@link Plane}. */
public final class PlaneBuilder {
    final SlotMap map;
    PlaneLimits limits = new PlaneLimits();
    Upstream upstream = upstream(Duration.ofSeconds(20));
    @Nullable
    SslContext upstreamTls;
    @Nullable
    ChannelBudget budget;
    boolean awaitReady = true;
    int sendBufferBytes;
    ReadPolicy reads = ReadPolicy.READONLY_SESSIONS;
    @Nullable
    String zone;
    String server = "valkey";
    String version = "8.0.1";
    AllowedCommands allow = AllowedCommands.none();
    Observer observer = new Observer(SlowLog.of(TimeUnit.HOURS.toNanos(1), 128), 1);
    int databases;

    PlaneBuilder(SlotMap map) {
        this.map = map;
    }

    public PlaneBuilder limits(PlaneLimits limits) {
        this.limits = limits;
        return this;
    }

    public PlaneBuilder upstream(Upstream upstream) {
        this.upstream = upstream;
        return this;
    }

    public PlaneBuilder patience(Duration patience) {
        return upstream(upstream(patience));
    }

    public PlaneBuilder upstreamTls(SslContext context) {
        upstreamTls = context;
        return this;
    }

    /** Shares connections with the other workers of the budget. */
    PlaneBuilder budget(ChannelBudget shared) {
        budget = shared;
        return this;
    }

    /** What the nodes are said to be. */
    public PlaneBuilder server(String name, String version) {
        this.server = name;
        this.version = version;
        return this;
    }

    /**
     * How many databases the nodes have, and lets users of the cluster in; at most three users and databases but 0 may be in
     * use.
     */
    public PlaneBuilder databases(int number) {
        this.databases = number;
        return this;
    }

    /** Which reads may go to replicas, and where we are. */
    public PlaneBuilder reads(ReadPolicy policy, @Nullable String zone) {
        this.reads = policy;
        this.zone = zone;
        return this;
    }

    /** What clients may do that is refused otherwise. */
    public PlaneBuilder allow(AllowedCommands commands) {
        this.allow = commands;
        return this;
    }

    /** Who sees what passes. */
    public PlaneBuilder observer(Observer observer) {
        this.observer = observer;
        return this;
    }

    /** Starts although nodes can't be reached. */
    public PlaneBuilder unready() {
        awaitReady = false;
        return this;
    }

    /** Lets sockets to clients take little, so that a client that does not read is noticed soon. */
    public PlaneBuilder sendBufferBytes(int bytes) {
        sendBufferBytes = bytes;
        return this;
    }

    public Plane start() {
        return new Plane(this);
    }

    private static Upstream upstream(Duration patience) {
        return new Upstream(List.of(new HostPort("127.0.0.1", 1)), null, null, null, Duration.ofSeconds(10),
                Duration.ofMillis(1), Duration.ofMillis(20), patience);
    }
}
