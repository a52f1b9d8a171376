package io.slotgate.proxy.config;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Everything a proxy is told at its start; the commented {@code slotgate.yaml} shows the same in words.
 *
 * @param workers event loops, 0..1024; 0 means one per core
 * @param zone our availability zone; null if there is none
 * @param fleet the proxies in front of the same cluster
 * @param clusterEnabled whether clients are told that we are a cluster; else that we are one server
 * @param drainTimeout how long clients that are in the middle of something are waited for at the end, 0 to 1 h
 * @param dns records by which clients find the fleet; null if none are published
 * @param allow commands that clients may use although they are refused otherwise
 * @param slowlog which commands count as slow
 * @param heat what is counted of slots and keys
 * @param traces null: no collector of traces is told anything
 * @param metrics where figures are sent; the admin API does it, so it has to be on
 * @param drainNotice how long clients are still let in at the end when we say already that we are not ready, 0 to 10 min
 */
public record SlotgateConfig(Listen listen, Upstream upstream, TopologySettings topology, int workers,
        Transport transport, Auth auth, Limits limits, Admin admin, @Nullable String zone,
        FleetConfig fleet, boolean clusterEnabled, Reads reads, Duration drainTimeout, @Nullable DnsConfig dns,
        AllowedCommands allow, SlowLogConfig slowlog, HeatConfig heat, @Nullable TracesConfig traces,
        MetricsConfig metrics, Duration drainNotice) {
    static final String DEFAULT_FLEET = "slotgate";
    static final Duration DEFAULT_DRAIN = Duration.ofSeconds(10);

    /** A proxy that is alone in its fleet and looks like a cluster. */
    public SlotgateConfig(Listen listen, Upstream upstream, TopologySettings topology, int workers,
            Transport transport, Auth auth, Limits limits, Admin admin, @Nullable String zone, String fleet) {
        this(listen, upstream, topology, workers, transport, auth, limits, admin, zone, FleetConfig.alone(fleet));
    }

    /** A proxy that looks like a cluster. */
    public SlotgateConfig(Listen listen, Upstream upstream, TopologySettings topology, int workers,
            Transport transport, Auth auth, Limits limits, Admin admin, @Nullable String zone, FleetConfig fleet) {
        this(listen, upstream, topology, workers, transport, auth, limits, admin, zone, fleet, true, Reads.defaults(),
                DEFAULT_DRAIN, null);
    }

    /** A proxy that allows no command that is to be allowed. */
    public SlotgateConfig(Listen listen, Upstream upstream, TopologySettings topology, int workers,
            Transport transport, Auth auth, Limits limits, Admin admin, @Nullable String zone, FleetConfig fleet,
            boolean clusterEnabled, Reads reads, Duration drainTimeout, @Nullable DnsConfig dns) {
        this(listen, upstream, topology, workers, transport, auth, limits, admin, zone, fleet, clusterEnabled, reads,
                drainTimeout, dns, AllowedCommands.none());
    }

    /** A proxy that keeps what it does by default of the commands it saw. */
    public SlotgateConfig(Listen listen, Upstream upstream, TopologySettings topology, int workers,
            Transport transport, Auth auth, Limits limits, Admin admin, @Nullable String zone, FleetConfig fleet,
            boolean clusterEnabled, Reads reads, Duration drainTimeout, @Nullable DnsConfig dns,
            AllowedCommands allow) {
        this(listen, upstream, topology, workers, transport, auth, limits, admin, zone, fleet, clusterEnabled, reads,
                drainTimeout, dns, allow, SlowLogConfig.defaults(), HeatConfig.defaults(), null);
    }

    /** A proxy that sends its figures nowhere. */
    public SlotgateConfig(Listen listen, Upstream upstream, TopologySettings topology, int workers,
            Transport transport, Auth auth, Limits limits, Admin admin, @Nullable String zone, FleetConfig fleet,
            boolean clusterEnabled, Reads reads, Duration drainTimeout, @Nullable DnsConfig dns,
            AllowedCommands allow, SlowLogConfig slowlog, HeatConfig heat, @Nullable TracesConfig traces) {
        this(listen, upstream, topology, workers, transport, auth, limits, admin, zone, fleet, clusterEnabled, reads,
                drainTimeout, dns, allow, slowlog, heat, traces, MetricsConfig.none(), Duration.ZERO);
    }

    public SlotgateConfig {
        Problems problems = new Problems();
        problems.range("workers", workers, 0, 1024);
        problems.duration("drain-timeout", drainTimeout, Duration.ZERO, Duration.ofHours(1));
        problems.duration("drain-notice", drainNotice, Duration.ZERO, Duration.ofMinutes(10));
        if (zone != null) {
            problems.toldWord("zone", zone);
        }
        for (int i = 0; i < auth.users().size(); i++) {
            User user = auth.users().get(i);
            if (user.rules() != null && user.name().equals(upstream.user())) {
                problems.unexpected("auth.users[" + i + "].rules",
                        "of " + Units.quoted(user.name()) + ", who this proxy is itself",
                        "those of a user that is not upstream.user");
            }
        }
        if (!metrics.equals(MetricsConfig.none()) && !admin.enabled()) {
            problems.unexpected("metrics", "given", "nothing where admin.enabled is false");
        }
        Endpoint address = admin.endpoint();
        if (admin.enabled() && address.port() != 0
                && (address.equals(listen.client()) || address.equals(listen.read())
                        || address.equals(listen.plain()))) {
            problems.unexpected("admin.endpoint", address, "an address no listener has");
        }
        problems.throwIfAny();
    }

    /** Default settings around these. */
    public static SlotgateConfig of(Listen listen, Upstream upstream) {
        return new SlotgateConfig(listen, upstream, TopologySettings.defaults(), 0, Transport.AUTO, Auth.open(),
                Limits.defaults(), Admin.defaults(), null, DEFAULT_FLEET);
    }

    /**
     * Reads a YAML file. Relative paths in it start at its own folder.
     *
     * @throws ConfigException with every problem of the file and of the files and variables it names
     */
    public static SlotgateConfig load(Path file) {
        return new ConfigLoader(System::getenv).load(file);
    }

    /**
     * Reads YAML text. Relative paths in it start at the working directory.
     *
     * @throws ConfigException with every problem of the text and of the files and variables it names
     */
    public static SlotgateConfig parse(String yaml) {
        return new ConfigLoader(System::getenv).parse(yaml, Path.of(""));
    }
}
