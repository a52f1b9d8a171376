package io.slotgate.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.topology.model.HostPort;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code slotgate.yaml} at the root of the project is what users read to learn the options. */
class ReferenceFileTest {
    private static final Path REFERENCE = Path.of("..", "slotgate.yaml");

    @TempDir
    Path folder;

    @Test
    void givesExactlyTheDefaults() throws IOException {
        ConfigFixture fixture = new ConfigFixture(folder);
        Path copy = fixture.write("slotgate.yaml", Files.readString(REFERENCE));

        SlotgateConfig config = SlotgateConfig.load(copy);

        assertThat(config).isEqualTo(SlotgateConfig.of(
                Listen.withTls(Tls.of(folder.resolve("server.pem"), folder.resolve("server.key"))),
                Upstream.to(List.of(new HostPort("127.0.0.1", 7000), new HostPort("127.0.0.1", 7001),
                        new HostPort("127.0.0.1", 7002)))));
    }

    @ParameterizedTest
    @ValueSource(classes = {SlotgateConfig.class, Listen.class, Endpoint.class, Tls.class, Upstream.class,
        UpstreamTls.class, TopologySettings.class, Reads.class, Auth.class, User.class, Limits.class, Admin.class,
        AdminTls.class, AdminToken.class,
        FleetConfig.class, FleetTlsConfig.class, DnsConfig.class,
        SlowLogConfig.class, HeatConfig.class, TracesConfig.class, PubSubLimits.class, TrackingLimits.class,
        MetricsConfig.class, OtlpConfig.class, CloudWatchConfig.class})
    void namesEveryOption(Class<?> section) throws IOException {
        String reference = Files.readString(REFERENCE);

        Stream<String> keys = Stream.of(section.getRecordComponents()).map(ReferenceFileTest::key);

        assertThat(keys).allSatisfy(key -> assertThat(reference).containsPattern("(?m)^[ #-]*" + key + ":"));
    }

    /** All but what is no part of the file. */
    @Test
    void saysWhatCanBeChangedWhileTheProxyRuns() throws IOException {
        String head = Files.readString(REFERENCE).split("\n\n(?=# Where clients come in)", 2)[0];
        Set<String> live = new TreeSet<>(LiveSettings.known().keySet());
        live.remove("reads.avoid");

        String listed = head.substring(head.indexOf("goes before what is here:") + 25);

        assertThat(Stream.of(listed.replaceAll("\\([^)]*\\)", "").split("[#,\\s]+")).filter(word -> !word.isEmpty()))
                .containsExactlyInAnyOrderElementsOf(live);
    }

    /** Each can be changed, or there is a reason why not. */
    @ParameterizedTest
    @CsvSource({"listen,io.slotgate.proxy.config.Listen", "listen.client,io.slotgate.proxy.config.Endpoint",
        "listen.tls,io.slotgate.proxy.config.Tls", "upstream,io.slotgate.proxy.config.Upstream",
        "upstream.tls,io.slotgate.proxy.config.UpstreamTls", "topology,io.slotgate.proxy.config.TopologySettings",
        "auth,io.slotgate.proxy.config.Auth", "reads,io.slotgate.proxy.config.Reads",
        "limits,io.slotgate.proxy.config.Limits", "limits.pubsub,io.slotgate.proxy.config.PubSubLimits",
        "limits.tracking,io.slotgate.proxy.config.TrackingLimits", "admin,io.slotgate.proxy.config.Admin",
        "admin.tls,io.slotgate.proxy.config.AdminTls", "fleet,io.slotgate.proxy.config.FleetConfig",
        "fleet.tls,io.slotgate.proxy.config.FleetTlsConfig", "dns,io.slotgate.proxy.config.DnsConfig",
        "slowlog,io.slotgate.proxy.config.SlowLogConfig", "heat,io.slotgate.proxy.config.HeatConfig",
        "traces,io.slotgate.proxy.config.TracesConfig", "metrics.otlp,io.slotgate.proxy.config.OtlpConfig",
        "metrics.cloudwatch,io.slotgate.proxy.config.CloudWatchConfig"})
    void everyOptionIsLiveOrTakesARestart(String section, Class<?> record) {
        Stream<String> paths = Stream.of(record.getRecordComponents())
                .filter(each -> !each.getType().isRecord() || each.getName().equals("tls"))
                .map(each -> section + "." + key(each));

        assertThat(paths).allSatisfy(path -> assertThat(
                LiveSettings.known().containsKey(path) || StartSettings.reason(path) != null).as(path).isTrue());
    }

    @Test
    void nothingIsBoth() {
        assertThat(LiveSettings.known().keySet()).allSatisfy(path -> assertThat(StartSettings.reason(path)).isNull());
    }

    private static String key(RecordComponent component) {
        String key = component.getName().replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
        return key.equals("password") ? "password-file" : key;
    }
}
