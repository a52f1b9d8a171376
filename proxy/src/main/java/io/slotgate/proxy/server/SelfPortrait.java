package io.slotgate.proxy.server;

import io.slotgate.proxy.config.FleetConfig;
import io.slotgate.proxy.config.SlotgateConfig;
import io.slotgate.topology.fleet.Member;
import io.slotgate.topology.fleet.MemberState;
import io.slotgate.topology.model.HostPort;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What this proxy tells others of itself. Any thread. */
final class SelfPortrait {
    private static final long LEAST_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final SlotgateConfig config;
    private final Listeners listeners;
    private final Readiness readiness;
    private volatile boolean draining;
    private volatile long settingsVersion;

    // guarded by this; made when somebody asks, for looking up names may take its time
    private @Nullable Member base;
    private long measuredAt;
    private Duration cpuUsed = Duration.ZERO;
    private int cpuPercent;

    SelfPortrait(SlotgateConfig config, Listeners listeners, Readiness readiness) {
        this.config = config;
        this.listeners = listeners;
        this.readiness = readiness;
    }

    private Member base() {
        Member made = base;
        if (made == null) {
            int clients = listeners.port(ListenerKind.CLIENT);
            int port = clients > 0 ? clients : listeners.port(ListenerKind.PLAIN);
            made = new Member(id(), config.zone(), new HostPort(host(config), Math.max(1, port)), version(), 0, 0, 0,
                    MemberState.UNREADY);
            base = made;
        }
        return made;
    }

    private static String version() {
        return Objects.requireNonNullElse(SelfPortrait.class.getPackage().getImplementationVersion(), "unknown");
    }

    private static String host(SlotgateConfig config) {
        if (config.dns() != null) {
            return config.dns().address();
        }
        @Nullable
        String advertised = config.listen().advertisedHost();
        return advertised == null ? hostName() : advertised;
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    /** Our name in the fleet. */
    String id() {
        FleetConfig fleet = config.fleet();
        String member = fleet.member();
        return member == null ? hostName() + ":" + fleet.bind().port() : member;
    }

    /** From now on we say that no client should be sent here. */
    void drain() {
        draining = true;
    }

    /** From now on clients may be sent here again. */
    void resume() {
        draining = false;
    }

    /** From now on we say that we apply the settings of this version. */
    void applied(long version) {
        settingsVersion = version;
    }

    synchronized Member member() {
        MemberState state = draining
                ? MemberState.DRAINING
                : readiness.now() ? MemberState.HEALTHY : MemberState.UNREADY;
        Member same = base();
        return new Member(same.id(), same.zone(), same.address(), same.version(), listeners.connections(), cpuPercent(),
                0,
                settingsVersion, state);
    }

    /** Over the last second or more; 0 at first. Asked often, measured seldom. */
    private int cpuPercent() {
        long now = System.nanoTime();
        if (measuredAt != 0 && now - measuredAt < LEAST_NANOS) {
            return cpuPercent;
        }
        Duration used = cpu();
        long percent = measuredAt == 0 ? 0 : 100 * used.minus(cpuUsed).toNanos() / (now - measuredAt);
        cpuPercent = (int) Math.max(0, Math.min(Integer.MAX_VALUE, percent));
        measuredAt = now;
        cpuUsed = used;
        return cpuPercent;
    }

    private static Duration cpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }
}
