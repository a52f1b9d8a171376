package io.slotgate.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.topology.model.HostPort;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
                        4096),
                new Upstream(List.of(new HostPort("127.0.0.1", 7000)), null, null, null, Duration.ofSeconds(2),
                        Duration.ofMillis(50), Duration.ofSeconds(2), Duration.ofSeconds(10)),
                new TopologySettings(Duration.ofSeconds(10), Duration.ofMillis(100), 3, Duration.ofSeconds(2)),
                0,
                Transport.AUTO,
                new Auth(List.of()),
                new Limits(65000, 512 * MIB, 1048576, 64 * KIB, 16 * KIB, 10, 1024, 256 * MIB, 256 * KIB, 256 * MIB,
                        100_000, 64 * MIB, 256 * MIB, MIB, 64 * MIB, 256 * MIB, Duration.ofSeconds(30), 1000, 1000,
                        Duration.ofSeconds(5),
                        new PubSubLimits(100_000, 256 * MIB, 32 * MIB, 8 * MIB, Duration.ofSeconds(60))),
                new Admin(true, new Endpoint("127.0.0.1", 8080)),
                null,
                "slotgate",
                true));
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
