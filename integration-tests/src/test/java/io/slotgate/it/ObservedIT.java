package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.deploy.dev.LocalNode;
import io.slotgate.proxy.observe.BigKey;
import io.slotgate.proxy.observe.CommandFigures;
import io.slotgate.proxy.observe.HeatFigures;
import io.slotgate.proxy.observe.HotKey;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.resps.Slowlog;

/** What the proxy saw of commands to real nodes. */
@Timeout(120)
class ObservedIT {
    /** Keeps a node busy for some dozen milliseconds, longer than what it takes to be slow. TIME stands still in a script. */
    private static final String BUSY = "for i = 1, 2e7 do end return 1";

    @RegisterExtension
    static final ProxyFixture proxy = new ProxyFixture().cluster(cluster -> cluster.shards(3).replicas(0));

    @Test
    void oneSlowLogIsOfTheNodesAndTheProxy() {
        try (Jedis jedis = proxy.clients().jedis()) {
            jedis.clientSetname("observed");
            jedis.slowlogReset();
            jedis.eval(BUSY, 1, "k");

            List<Slowlog> entries = jedis.slowlogGet(128).stream()
                    .filter(entry -> entry.getArgs().getFirst().equalsIgnoreCase("eval")).toList();

            // The node knows the proxy's channel only, the proxy knows the client.
            assertThat(entries).hasSize(2).allSatisfy(entry -> {
                assertThat(entry.getExecutionTime()).isGreaterThanOrEqualTo(10_000);
                assertThat(entry.getArgs()).hasSize(4).endsWith("1", "k");
            });
            assertThat(entries).extracting(Slowlog::getClientName).containsOnlyOnce("observed");
            assertThat(entries.getFirst().getArgs()).isEqualTo(entries.getLast().getArgs());
            assertThat(jedis.slowlogLen()).isGreaterThanOrEqualTo(2);
            // On a busy machine that may be slow itself.
            await().atMost(ProxyFixture.PATIENCE).until(() -> {
                jedis.slowlogReset();
                return proxy.server().seen().slowCommands().stream()
                        .noneMatch(entry -> entry.clientName().equals("observed"));
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "3"})
    void latencyHistogramsAreOfAllNodes(String protocol) throws IOException {
        try (Wire client = proxy.connect()) {
            client.call("HELLO", protocol);
            for (int i = 0; i < 30; i++) {
                client.call("GETSET", "histogram:" + i, "v");
            }
            long calls = 0;
            for (LocalNode node : proxy.cluster().nodes()) {
                calls += calls(String.valueOf(node.call("LATENCY", "HISTOGRAM", "getset")));
            }

            String all = client.raw("LATENCY", "HISTOGRAM", "getset");

            assertThat(calls).isGreaterThanOrEqualTo(30);
            assertThat(all)
                    .startsWith(protocol.equals("2") ? "*2\r\n$6\r\ngetset\r\n*4\r\n" : "%1\r\n$6\r\ngetset\r\n%2\r\n")
                    .contains("$5\r\ncalls\r\n:" + calls + "\r\n").endsWith("\r\n:" + calls + "\r\n");
            assertThat(client.raw("LATENCY", "HISTOGRAM", "nonsense"))
                    .isEqualTo(protocol.equals("2") ? "*0\r\n" : "%0\r\n");
            for (LocalNode node : proxy.cluster().nodes()) {
                assertThat(client.raw("LATENCY", "DOCTOR")).contains(node.address() + ":\n");
            }
        }
    }

    /** The figure behind the word. */
    private static long calls(String histogram) {
        Matcher calls = Pattern.compile("calls\\D+(\\d+)").matcher(histogram);
        return calls.find() ? Long.parseLong(calls.group(1)) : 0;
    }

    @Test
    void figuresAreOfAllWorkers() {
        // Given
        String big = "x".repeat(100_000);
        for (int client = 0; client < 4; client++) {
            try (Jedis jedis = proxy.clients().jedis(); Pipeline pipeline = jedis.pipelined()) {
                for (int i = 0; i < 5_000; i++) {
                    pipeline.get(i % 2 == 0 ? "popular" : "some:" + i);
                }
                pipeline.set("large:" + client, big);
                pipeline.sync();
            }
        }

        // When
        Map<String, CommandFigures> commands = proxy.server().seen().commands().join().stream()
                .collect(Collectors.toMap(CommandFigures::name, Function.identity()));
        HeatFigures heat = proxy.server().seen().heat().join();

        // Then
        CommandFigures get = Objects.requireNonNull(commands.get("get"));
        assertThat(get.calls()).isEqualTo(20_000);
        assertThat(get.errors()).isZero();
        assertThat(get.total().count()).isEqualTo(20_000);
        assertThat(get.upstream().count()).isGreaterThanOrEqualTo(20_000);
        assertThat(get.total().percentileMicros(0.999)).isGreaterThanOrEqualTo(get.total().percentileMicros(0.5));
        HotKey hottest = heat.hotKeys().getFirst();
        assertThat(hottest.key()).isEqualTo("popular");
        long reads = 0;
        for (int slot = 0; slot < heat.slots().size(); slot++) {
            reads += heat.slots().reads(slot);
        }
        // An estimate of a sample of 1,250, ten times its standard deviation to each side.
        assertThat(reads).isBetween(14_000L, 26_000L);
        assertThat(heat.bigKeys()).extracting(BigKey::key).contains("large:0", "large:1", "large:2", "large:3");
    }
}
