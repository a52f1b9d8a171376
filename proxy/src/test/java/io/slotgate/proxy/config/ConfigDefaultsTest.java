package io.slotgate.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.topology.model.HostPort;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pins every default: a change of one is a change users see, and belongs into the changelog. */
class ConfigDefaultsTest {
    private static final int KIB = 1 << 10;
    private static final long MIB = 1 << 20;

    @TempDir
    Path folder;

    @Test
    void leavesEveryDefaultWhereOnlyTheRequiredIsGiven() {
        SlotgateConfig config = new ConfigFixture(folder).minimalAnd("");

        assertThat(config).isEqualTo(new SlotgateConfig(
                new Listen(new Endpoint("0.0.0.0", 6379), new Endpoint("0.0.0.0", 6380), null, null,
                        new Tls(folder.resolve("server.pem"), folder.resolve("server.key"), null,
                                List.of("TLSv1.3", "TLSv1.2"), TlsProvider.AUTO, 4, Duration.ofSeconds(10), 20480,
                                Duration.ofHours(1)),
                        4096, false),
                new Upstream(List.of(new HostPort("127.0.0.1", 7000)), null, null, null, Duration.ofSeconds(2),
                        Duration.ofMillis(50), Duration.ofSeconds(2), Duration.ofSeconds(10), Duration.ofSeconds(2),
                        ReplayWrites.NEVER, 0),
                new TopologySettings(Duration.ofSeconds(10), Duration.ofMillis(100), 3, Duration.ofSeconds(2)),
                0,
                Transport.AUTO,
                new Auth(List.of()),
                new Limits(65000, 512 * MIB, 1048576, 64 * KIB, 16 * KIB, 10, 1024, 256 * MIB, 128 * MIB, 256 * KIB,
                        256 * MIB,
                        100_000, 64 * MIB, 256 * MIB, MIB, 64 * MIB, 256 * MIB, Duration.ofSeconds(30), 1000, 1000,
                        Duration.ofSeconds(5),
                        new PubSubLimits(100_000, 256 * MIB, 32 * MIB, 8 * MIB, Duration.ofSeconds(60)),
                        new TrackingLimits(1_000_000, 256 * MIB, 1000)),
                new Admin(true, new Endpoint("127.0.0.1", 8080), null, List.of(), 10),
                null,
                new FleetConfig("slotgate", FleetDiscovery.NONE, null, new Endpoint("auto", 7800), null, List.of(),
                        null, null,
                        null, Duration.ofSeconds(2), Duration.ofSeconds(10), List.of(), null),
                true,
                new Reads(ReadPolicy.READONLY_SESSIONS, Duration.ofSeconds(10)),
                Duration.ofSeconds(10),
                null,
                new AllowedCommands(Set.of()),
                new SlowLogConfig(Duration.ofMillis(10), 128),
                new HeatConfig(true, 16), null,
                new MetricsConfig(null, null),
                Duration.ZERO));
    }

    @Test
    void asksForNothingButAPlaceToSendTraces() {
        SlotgateConfig config = new ConfigFixture(folder).minimalAnd("traces: {endpoint: 'http://c:4318/v1/traces'}");

        assertThat(config.traces()).isEqualTo(new TracesConfig(URI.create("http://c:4318/v1/traces"), 1000, true));
    }

    @Test
    void asksForLittleToSendFigures() {
        SlotgateConfig config = new ConfigFixture(folder).minimalAnd("metrics: {otlp: {}, cloudwatch: {}}");

        assertThat(config.metrics()).isEqualTo(new MetricsConfig(
                new OtlpConfig(URI.create("http://localhost:4318/v1/metrics"), Duration.ofMinutes(1)),
                new CloudWatchConfig("slotgate", null, Duration.ofMinutes(1), null)));
    }

    @Test
    void readsWhereFiguresAreSent() {
        SlotgateConfig config = new ConfigFixture(folder).minimalAnd("""
                metrics:
                  otlp: {url: 'https://collector:4318/v1/metrics', interval: 10s}
                  cloudwatch: {namespace: cache, region: eu-central-1, interval: 5m, endpoint: 'http://localhost:1'}
                """);

        assertThat(config.metrics()).isEqualTo(new MetricsConfig(
                new OtlpConfig(URI.create("https://collector:4318/v1/metrics"), Duration.ofSeconds(10)),
                new CloudWatchConfig("cache", "eu-central-1", Duration.ofMinutes(5),
                        URI.create("http://localhost:1"))));
    }

    @Test
    void turnsTheSlowLogOff() {
        SlotgateConfig config = new ConfigFixture(folder).minimalAnd("slowlog: {log-slower-than: none}");

        assertThat(config.slowlog()).isEqualTo(new SlowLogConfig(null, 128));
    }

    @Test
    void asksForLittleToPublishNames() {
        SlotgateConfig config = new ConfigFixture(folder)
                .minimalAnd("dns: {hosted-zone: Z1, name: cache.example.com, address: 10.0.0.1}");

        assertThat(config.dns()).isEqualTo(new DnsConfig("Z1", "cache.example.com", "10.0.0.1", Duration.ofSeconds(30),
                List.of(), Duration.ofSeconds(10), null, null, false));
    }

    @Test
    void readsAFleetOfAName() {
        SlotgateConfig config = new ConfigFixture(folder).minimalAnd(
                "fleet: {discovery: dns, dns-name: slotgate.service.consul, dns-server: '127.0.0.1:8600'}");

        assertThat(config.fleet().dnsName()).isEqualTo("slotgate.service.consul");
        assertThat(config.fleet().dnsServer()).isEqualTo(new HostPort("127.0.0.1", 8600));
    }

    @Test
    void readsAFleet() {
        SlotgateConfig config = new ConfigFixture(folder).minimalAnd("""
                fleet:
                  name: f
                  discovery: static
                  member: p1
                  bind: {host: 10.0.0.1, port: 7801}
                  advertised: 203.0.113.5:7900
                  peers: [10.0.0.1:7801, "[::1]:7801"]
                  tls: {certificate: server.pem, key: server.key, ca: ca.pem}
                  gossip-interval: 1s
                  suspect-after: 5s
                  voters: [p1, p2, p3]
                  data: agreed
                """);

        assertThat(config.fleet()).isEqualTo(new FleetConfig("f", FleetDiscovery.STATIC, "p1",
                new Endpoint("10.0.0.1", 7801), new HostPort("203.0.113.5", 7900),
                List.of(new HostPort("10.0.0.1", 7801), new HostPort("::1", 7801)), null, null,
                new FleetTlsConfig(folder.resolve("server.pem"), folder.resolve("server.key"),
                        folder.resolve("ca.pem")),
                Duration.ofSeconds(1), Duration.ofSeconds(5), List.of("p1", "p2", "p3"), folder.resolve("agreed")));
        assertThat(new ConfigFixture(folder).minimalAnd("fleet: one-word").fleet())
                .isEqualTo(FleetConfig.alone("one-word"));
    }

    @Test
    void verifiesNodeNamesByDefaultWhereUpstreamTlsIsOn() {
        SlotgateConfig config = new ConfigFixture(folder)
                .parse("{listen: {client: none, read: none, plain: {port: 0}}, "
                        + "upstream: {seeds: ['[::1]:7000'], tls: {}}}");

        assertThat(config.upstream().tls()).isEqualTo(new UpstreamTls(null, null, null, true));
        assertThat(config.listen()).isEqualTo(
                new Listen(null, null, new Endpoint("127.0.0.1", 0), null, null, 4096));
    }
}
