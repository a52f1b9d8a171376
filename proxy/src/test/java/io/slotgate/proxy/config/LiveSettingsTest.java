package io.slotgate.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.slotgate.topology.model.HostPort;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LiveSettingsTest {
    private static final LiveSettings DEFAULTS = LiveSettings.of(SlotgateConfig.of(
            Listen.withTls(Tls.of(Path.of("c.pem"), Path.of("k.pem"))),
            Upstream.to(List.of(new HostPort("127.0.0.1", 7000)))));

    /** How many options there are below limits. */
    private static final int LIMITS = Limits.class.getRecordComponents().length - 2
            + PubSubLimits.class.getRecordComponents().length + TrackingLimits.class.getRecordComponents().length;

    private static List<Problem> problems(Map<String, String> values) {
        ConfigException refused = catchThrowableOfType(ConfigException.class, () -> DEFAULTS.with(values));
        assertThat(refused).as("%s", values).isNotNull();
        return refused.problems();
    }

    @Test
    void areAtFirstWhatTheConfigurationSays() {
        assertThat(DEFAULTS.texts()).hasSize(11 + LIMITS).containsAllEntriesOf(Map.of(
                "reads.policy", "readonly-sessions", "reads.max-replica-lag", "10s", "reads.avoid", "",
                "upstream.failover-patience", "10s", "drain-timeout", "10s", "limits.connections", "65000",
                "limits.output-bytes", Units.size(DEFAULTS.limits().outputBytes()),
                "limits.pubsub.output-soft-time", "1m"))
                .containsAllEntriesOf(Map.of("slowlog.log-slower-than", "10ms", "slowlog.max-len", "128",
                        "heat.enabled", "true", "heat.sample", "16", "traces.one-in", "none", "traces.slow", "none"));
        assertThat(LiveSettings.known().keySet()).containsExactlyElementsOf(DEFAULTS.texts().keySet());
        assertThat(DEFAULTS.with(Map.of())).isEqualTo(DEFAULTS);
    }

    @Test
    void changeWhatIsNamedAndNothingElse() {
        LiveSettings changed = DEFAULTS.with(Map.of("reads.policy", "PRIMARY", "reads.avoid", "h:7001, 10.0.0.1:7000",
                "drain-timeout", "0s", "limits.connections", "10"));

        assertThat(changed).isEqualTo(new LiveSettings(new Reads(ReadPolicy.PRIMARY, DEFAULTS.reads().maxReplicaLag()),
                Set.of(new HostPort("h", 7001), new HostPort("10.0.0.1", 7000)), DEFAULTS.failoverPatience(),
                Duration.ZERO, LimitsReader.changed(DEFAULTS.limits(), "connections", "10"), DEFAULTS.slowlog(),
                DEFAULTS.heat(), null));
        assertThat(changed.texts()).containsEntry("reads.avoid", "10.0.0.1:7000,h:7001");
    }

    private static Map<String, String> any(Random random) {
        Map<String, String> values = new HashMap<>();
        values.put("reads.policy",
                List.of("primary", "readonly-sessions", "prefer-zone-replica").get(random.nextInt(3)));
        values.put("reads.max-replica-lag", duration(random, 1, 3_600_000));
        List<String> avoided = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            avoided.add(List.of("10.0.0.1", "[::1]", "node-1.example").get(random.nextInt(3)) + ":"
                    + (1 + random.nextInt(65535)));
        }
        values.put("reads.avoid", String.join(",", avoided));
        values.put("upstream.failover-patience", duration(random, 0, 3_600_000));
        values.put("drain-timeout", duration(random, 0, 3_600_000));
        values.put("limits.connections", String.valueOf(1 + random.nextInt(10_000_000)));
        values.put("limits.pending-per-session", String.valueOf(1 + random.nextInt(1_000_000)));
        long output = DEFAULTS.limits().outputPauseBytes() + random.nextLong(15L << 30);
        values.put("limits.output-bytes", output + "B");
        values.put("limits.output-bytes-per-worker",
                (output + random.nextLong(48L << 30)) + (random.nextBoolean() ? "B" : ""));
        values.put("limits.slow-client-timeout", duration(random, 1000, 3_600_000));
        values.put("limits.leases-per-node", String.valueOf(1 + random.nextInt(100_000)));
        values.put("limits.lease-wait", duration(random, 1, 3_600_000));
        values.put("limits.tracking.keys-per-worker", String.valueOf(1 + random.nextInt(1_000_000_000)));
        values.put("slowlog.log-slower-than", random.nextBoolean() ? "none" : duration(random, 0, 3_600_000));
        values.put("slowlog.max-len", String.valueOf(random.nextInt(100_001)));
        values.put("heat.enabled", String.valueOf(random.nextBoolean()));
        values.put("heat.sample", String.valueOf(1 + random.nextInt(1_000_000)));
        values.put("traces.one-in", "none");
        values.keySet().removeIf(name -> random.nextInt(4) == 0);
        return values;
    }

    private static String duration(Random random, int least, int most) {
        return least + random.nextInt(most - least + 1) + "ms";
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void readWhatTheyWrite(long seed) {
        Random random = new Random(seed);
        LiveSettings settings = DEFAULTS;
        for (int i = 0; i < 400; i++) {
            LiveSettings next;
            try {
                next = settings.with(any(random));
            } catch (ConfigException unfit) {
                // One of the two bounds on output was left out, and does not fit.
                assertThat(unfit.problems())
                        .allSatisfy(problem -> assertThat(problem.path()).startsWith("limits.output-bytes"));
                continue;
            }
            List<Map.Entry<String, String>> texts = new ArrayList<>(next.texts().entrySet());
            Collections.shuffle(texts, random);
            Map<String, String> shuffled = new LinkedHashMap<>();
            texts.forEach(text -> shuffled.put(text.getKey(), text.getValue()));

            assertThat(next.with(next.texts())).isEqualTo(next);
            assertThat(settings.with(shuffled)).isEqualTo(next);
            assertThat(DEFAULTS.with(shuffled)).isEqualTo(next);
            settings = next;
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "reads.policy | sometimes | 'sometimes' (expected: primary, readonly-sessions or prefer-zone-replica)",
        "reads.policy | `` | '' (expected: primary, readonly-sessions or prefer-zone-replica)",
        "reads.max-replica-lag | 5 | '5' (expected: a duration such as 250ms, 10s or 5m)",
        "reads.avoid | h | 'h' (expected: host:port of replicas, separated by commas)",
        "reads.avoid | h:1, | 'h:1,' (expected: host:port of replicas, separated by commas)",
        "reads.avoid | h:70000 | 'h:70000' (expected: host:port of replicas, separated by commas)",
        "upstream.failover-patience | 2h | 2h (expected: 0ms..1h)",
        "drain-timeout | -1s | -1s (expected: 0ms..1h)",
        "limits.connections | 0 | 0 (expected: 1..10000000)",
        "limits.connections | 4294967297 | '4294967297' (expected: a whole number)",
        "limits.connections | 1e3 | '1e3' (expected: a whole number)",
        "limits.pending-per-session | -1 | -1 (expected: 1..1000000)",
        "limits.output-bytes | 1TiB | '1TiB' (expected: a size such as 64KiB or 512MiB)",
        "limits.slow-client-timeout | 0s | 0ms (expected: 1s..1h)",
        "limits.bulk-bytes | 1GiB | 1GiB (expected: 1KiB..512MiB)",
        "limits.inline-bytes | 3GiB | '3GiB' (expected: a size such as 64KiB or 512MiB, below 2GiB)",
        "limits.tracking.keys-per-worker | 0 | 0 (expected: 1..1000000000)",
        "slowlog.log-slower-than | often | 'often' (expected: a duration such as 250ms, 10s or 5m, or none)",
        "slowlog.max-len | 100001 | 100001 (expected: 0..100000)",
        "heat.enabled | yes | 'yes' (expected: true or false)",
        "heat.sample | 0 | 0 (expected: 1..1000000)",
        "traces.one-in | 10 | '10' (expected: none, for no traces.endpoint is configured and that takes a restart)",
        "limits.bulkbytes | 1MiB | nobody knows it (expected: limits.bulk-bytes)",
        "listen.backlog | 10 | '10' (expected: in the configuration; it takes a restart, for listeners are opened with it)"})
    void sayWhatIsWrong(String path, String value, String message) {
        assertThat(problems(Map.of(path, value))).containsExactly(new Problem(path, message));
    }

    @Test
    void sayAllThatIsWrong() {
        assertThat(problems(Map.of("drain-timeout", "soon", "limits.connections", "none", "nonsense", "1",
                "reads.policy", "primary")))
                .extracting(Problem::path).containsExactlyInAnyOrder("nonsense", "drain-timeout", "limits.connections");
    }

    @Test
    void whereTracesAreSentTheirRateCanBeChanged() {
        LiveSettings traced = new LiveSettings(DEFAULTS.reads(), DEFAULTS.avoid(), DEFAULTS.failoverPatience(),
                DEFAULTS.drainTimeout(), DEFAULTS.limits(), DEFAULTS.slowlog(), DEFAULTS.heat(),
                new TracesConfig(URI.create("http://c:4318/v1/traces"), 1000, true));

        LiveSettings changed = traced.with(Map.of("traces.one-in", "10", "traces.slow", "false"));

        assertThat(changed.traces()).isEqualTo(new TracesConfig(URI.create("http://c:4318/v1/traces"), 10, false));
        assertThat(changed.texts()).containsEntry("traces.one-in", "10").containsEntry("traces.slow", "false");
    }

    @Test
    void keepABoundOnWhatIsAvoided() {
        StringBuilder nodes = new StringBuilder("h:1");
        for (int i = 2; i <= 1001; i++) {
            nodes.append(",h:").append(i);
        }

        assertThat(problems(Map.of("reads.avoid", nodes.toString())))
                .containsExactly(new Problem("reads.avoid", "1001 (expected: 0..1000)"));
    }
}
