package io.slotgate.proxy.server;

import io.slotgate.proxy.config.DnsConfig;
import io.slotgate.proxy.config.FleetConfig;
import io.slotgate.proxy.config.FleetDiscovery;
import io.slotgate.proxy.config.FleetTlsConfig;
import io.slotgate.proxy.config.SlotgateConfig;
import io.slotgate.proxy.metrics.FleetFigures;
import io.slotgate.topology.discovery.Discovery;
import io.slotgate.topology.dns.DnsPublisher;
import io.slotgate.topology.dns.DnsSettings;
import io.slotgate.topology.fleet.AnswerReader;
import io.slotgate.topology.fleet.Fleet;
import io.slotgate.topology.fleet.FleetAnswers;
import io.slotgate.topology.fleet.FleetCounters;
import io.slotgate.topology.fleet.FleetListener;
import io.slotgate.topology.fleet.FleetPeers;
import io.slotgate.topology.fleet.FleetSettings;
import io.slotgate.topology.fleet.FleetTls;
import io.slotgate.topology.fleet.Member;
import io.slotgate.topology.fleet.Replies;
import io.slotgate.topology.fleet.agreed.AgreedSettings;
import io.slotgate.topology.fleet.agreed.LocalSettings;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Observation.ClusterView;
import io.slotgate.topology.model.Observation.NodeLost;
import io.slotgate.topology.model.Observation.Redirect;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What ties a proxy to others: its fleet, the settings they agree on, and the names they publish. Of what is not configured
 * nothing is loaded. Methods may be called from any thread.
 */
final class FleetLink implements AutoCloseable {
    private final SelfPortrait self;
    private final @Nullable Fleet fleet;
    private final @Nullable AgreedSettings settings;
    /** Goes on while we drain: whoever writes the records writes those of all. */
    private final @Nullable DnsPublisher dns;

    private FleetLink(SelfPortrait self, @Nullable Fleet fleet, @Nullable AgreedSettings settings,
            @Nullable DnsSettings names) {
        this.self = self;
        this.fleet = fleet;
        this.settings = settings;
        this.dns = names == null ? null : DnsPublisher.start(names, this::members, this::isCoordinator);
    }

    /**
     * Joins the fleet, if there is one.
     *
     * @param answers what others are told that ask
     * @throws IOException if a file can't be used
     */
    static FleetLink open(SlotgateConfig config, SelfPortrait self, UpstreamCluster cluster, FleetAnswers answers)
            throws IOException {
        ServerHistory history = cluster.history();
        Fleet fleet = null;
        AgreedSettings settings = null;
        if (config.fleet().discovery() != FleetDiscovery.NONE) {
            Fleet joined = Fleet.join(settings(config.fleet(), self.id()), self::member,
                    new Hearing(cluster.discovery(), history), answers);
            cluster.table().subscribe(joined::mapChanged);
            joined.mapChanged(cluster.table().current());
            cluster.discovery().tellFinds(joined::found);
            fleet = joined;
            settings = joined.agreed();
        } else if (config.fleet().data() != null) {
            settings = new LocalSettings(config.fleet().data());
        }
        if (settings != null) {
            history.startsWith(settings.current());
            settings.subscribe(history::agreed);
        }
        return new FleetLink(self, fleet, settings,
                config.dns() == null ? null : settings(config.dns(), config.fleet().name()));
    }

    private static FleetSettings settings(FleetConfig config, String member) {
        FleetTlsConfig tls = config.tls();
        FleetPeers peers = config.discovery() == FleetDiscovery.STATIC
                ? new FleetPeers.Listed(config.peers())
                : new FleetPeers.Named(Objects.requireNonNull(config.dnsName()), config.dnsServer());
        return new FleetSettings(config.name(), member, config.bind().host(), config.bind().port(), config.advertised(),
                peers, tls == null ? null : new FleetTls(tls.ca(), tls.certificate(), tls.key()),
                config.gossipInterval(), config.suspectAfter(), config.voters(), config.data());
    }

    private static DnsSettings settings(DnsConfig config, String fleet) {
        String endpoint = config.endpoint();
        return new DnsSettings(config.hostedZone(), config.name(), fleet, config.ttl(), config.zones(),
                config.interval(), config.region(), endpoint == null ? null : URI.create(endpoint), config.dryRun());
    }

    /** Those that have said how they are, ourselves first. */
    List<Member> members() {
        Member own = self.member();
        Fleet joined = fleet;
        if (joined == null) {
            return List.of(own);
        }
        List<Member> known = joined.members();
        return known.isEmpty()
                ? List.of(own)
                : Stream.concat(Stream.of(own.withDigest(known.getFirst().mapDigest())), known.stream().skip(1))
                        .toList();
    }

    /** Asks the others, if there are any; see {@link Fleet#ask}. */
    <T> CompletableFuture<Replies<T>> ask(int what, AnswerReader<T> reading) {
        return fleet == null
                ? CompletableFuture.completedFuture(new Replies<>(List.of(), List.of()))
                : fleet.ask(what, reading);
    }

    /** Tells the others that we apply the settings of this version. */
    void applied(long settingsVersion) {
        self.applied(settingsVersion);
        if (fleet != null) {
            fleet.statusChanged();
        }
    }

    private boolean isCoordinator() {
        return fleet == null || fleet.isCoordinator();
    }

    /** The settings all agree on; {@code null} where neither voters nor a folder are configured. */
    @Nullable
    AgreedSettings settings() {
        return settings;
    }

    /** Tells all that no client should be sent here any more, and has our names taken back. */
    void drain() {
        say(self::drain);
        if (dns != null) {
            dns.publishNow();
        }
    }

    private void say(Runnable change) {
        change.run();
        if (fleet != null) {
            fleet.statusChanged();
        }
    }

    /** Tells all that clients may be sent here again, and publishes our names. */
    void resume() {
        say(self::resume);
        if (dns != null) {
            dns.publishSoon();
        }
    }

    FleetFigures figures() {
        long dnsChanges = dns == null ? 0 : dns.changes();
        long dnsFailures = dns == null ? 0 : dns.failures();
        int dnsLeftOut = dns == null ? 0 : dns.leftOut();
        if (fleet == null) {
            return new FleetFigures(1, false, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, dnsChanges, dnsFailures,
                    dnsLeftOut);
        }
        FleetCounters counters = fleet.counters();
        return new FleetFigures(Math.max(1, fleet.members().size()), fleet.isCutOff(), counters.messagesIn(),
                counters.messagesOut(), counters.bytesIn(), counters.bytesOut(), counters.malformed(),
                counters.overflowed(),
                counters.unsent(), counters.changes(), counters.healed(), counters.delayMillis(),
                counters.failedLookups(), counters.questions(), counters.unanswered(), counters.refused(), dnsChanges,
                dnsFailures, dnsLeftOut);
    }

    @Override
    public void close() {
        say(self::drain);
        if (dns != null) {
            // Publishes once more, too; a service that is silent is waited for once.
            dns.close();
        }
        if (fleet != null) {
            fleet.close();
        }
        if (settings != null) {
            settings.close();
        }
    }

    /** What others tell goes to discovery, whose thread merges it. */
    private record Hearing(Discovery discovery, ServerHistory history) implements FleetListener {
        @Override
        public void redirect(Redirect redirect, String member) {
            discovery.hear(redirect, member);
        }

        @Override
        public void view(ClusterView view, String member) {
            discovery.hear(view, member);
        }

        @Override
        public void lost(HostPort node, String member) {
            discovery.hear(new NodeLost(node), member);
        }

        @Override
        public void members(List<Member> members) {
            history.members(members);
        }

        @Override
        public void cutOff(boolean cutOff, int there, int voters) {
            history.cutOff(cutOff, there, voters);
        }
    }
}
