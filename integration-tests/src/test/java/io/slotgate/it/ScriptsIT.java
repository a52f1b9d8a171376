package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.deploy.dev.LocalNode;
import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.server.ProxyServer;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scripts and functions of several nodes are as those of one. */
@Timeout(120)
class ScriptsIT {
    private static final String BODY = "return redis.call('INCR', KEYS[1])";
    private static final String UNKNOWN = "0".repeat(40);
    private static final List<String> KEYS = List.of("k1", "k2", "k3", "k4", "k5", "k6", "k7", "k8", "k9");

    @RegisterExtension
    static final ProxyFixture proxy = new ProxyFixture().cluster(cluster -> cluster.shards(3).replicas(0));

    @ParameterizedTest
    @ValueSource(strings = {"2", "3"})
    void aScriptOfOneNodeIsFoundOnAll(String protocol) throws IOException {
        try (Wire client = proxy.connect(); Wire other = proxy.connect()) {
            client.call("HELLO", protocol);
            client.call("FLUSHALL");
            assertThat(client.call("SCRIPT", "FLUSH")).isEqualTo("OK");
            assertThat(client.call("EVAL", BODY, "1", "k1")).isEqualTo(1L);
            String sha = sha(client, BODY);
            assertThat(client.call("SCRIPT", "FLUSH", "SYNC")).isEqualTo("OK");
            assertThat(client.raw("EVALSHA", sha, "1", "k1")).startsWith("-NOSCRIPT No matching script.");
            assertThat(client.call("SCRIPT", "EXISTS", sha, UNKNOWN)).isEqualTo(List.of(0L, 0L));

            assertThat(client.call("EVAL", BODY, "1", "k1")).isEqualTo(2L);

            for (String key : KEYS.subList(1, KEYS.size())) {
                client.send("EVALSHA", sha, "1", key);
                client.send("GET", key);
            }
            for (int i = 1; i < KEYS.size(); i++) {
                assertThat(client.read()).isEqualTo(1L);
                assertThat(client.read()).isEqualTo("1");
            }
            for (LocalNode node : proxy.cluster().nodes()) {
                node.call("SCRIPT", "FLUSH");
            }
            for (String key : KEYS) {
                assertThat(other.call("EVALSHA", sha, "1", key)).isIn(2L, 3L);
            }
            assertThat(client.call("SCRIPT", "EXISTS", sha, UNKNOWN)).isEqualTo(List.of(1L, 0L));
            assertThat(client.raw("EVALSHA", UNKNOWN, "0")).startsWith("-NOSCRIPT No matching script.");
            assertThat(proxy.metric(Metric.SCRIPTS_LOADED)).isPositive();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "3"})
    void aTransactionFindsTheScriptOfAnotherNode(String protocol) throws IOException {
        try (Wire client = proxy.connect()) {
            client.call("HELLO", protocol);
            for (int round = 0; round < 2; round++) {
                // What is flushed and shown again has to be told to the nodes again.
                client.call("FLUSHALL");
                assertThat(client.call("SCRIPT", "FLUSH")).isEqualTo("OK");
                assertThat(client.call("EVAL", BODY, "1", "k1")).isEqualTo(1L);
                String sha = sha1(BODY);
                for (String key : KEYS.subList(1, KEYS.size())) {
                    if (round == 1) {
                        assertThat(client.call("WATCH", key)).isEqualTo("OK");
                    }
                    client.send("MULTI");
                    client.send("EVALSHA", sha, "1", key);
                    client.send("GET", key);
                    client.send("EXEC");
                    assertThat(client.read()).isEqualTo("OK");
                    assertThat(client.read()).isEqualTo("QUEUED");
                    assertThat(client.read()).isEqualTo("QUEUED");
                    assertThat(client.read()).isEqualTo(List.of(1L, "1"));
                }
            }
        }
    }

    @Test
    void aScriptThatOnlyAnotherProxyWasShownRunsWhereANodeHasItAndIsHonestlyMissingElsewhere() throws Exception {
        try (ProxyServer another = proxy.another();
                Wire shown = proxy.connect();
                Wire client = Wire.open(another.plainPort())) {
            shown.call("FLUSHALL");
            assertThat(shown.call("SCRIPT", "FLUSH")).isEqualTo("OK");
            assertThat(shown.call("EVAL", BODY, "1", "k1")).isEqualTo(1L);
            LocalNode owner = proxy.cluster().owner(SlotHash.slot("k1"));

            for (String key : KEYS) {
                boolean has = proxy.cluster().owner(SlotHash.slot(key)).equals(owner);
                String reply = client.raw("EVALSHA", sha1(BODY), "1", key);
                assertThat(reply).as(key).startsWith(has ? ":" : "-NOSCRIPT No matching script.");
                assertThat(client.call("EXISTS", key)).isEqualTo(has ? 1L : 0L);
            }

            // What is loaded is loaded at all nodes, whichever proxy is asked.
            sha(shown, BODY);
            for (String key : KEYS) {
                assertThat(client.call("EVALSHA", sha1(BODY), "1", key)).isIn(1L, 2L, 3L);
            }
        }
    }

    private static String sha1(String body) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(body.getBytes(Wire.BYTES)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static String sha(Wire client, String body) throws IOException {
        return String.valueOf(client.call("SCRIPT", "LOAD", body));
    }

    @Test
    void scriptsWithoutKeysRunInOnePlace() throws IOException {
        try (Wire client = proxy.connect()) {
            assertThat(client.call("EVAL", "x = 1 return 'done'", "0")).asString().contains("ERR");
            assertThat(client.call("EVAL", "return {1, 'two', false}", "0")).asString().startsWith("[1, two");
        }
    }

    @Test
    void functionsAreOnAllNodes() throws IOException {
        String library = "#!lua name=mylib\nredis.register_function('plus', function(keys, args)"
                + " return redis.call('INCRBY', keys[1], args[1]) end)";
        try (Wire client = proxy.connect()) {
            client.call("FLUSHALL");
            assertThat(client.call("FUNCTION", "LOAD", "REPLACE", library)).isEqualTo("mylib");
            for (String key : KEYS) {
                assertThat(client.call("FCALL", "plus", "1", key, "5")).isEqualTo(5L);
            }
            assertThat(client.raw("FUNCTION", "LOAD", library)).isEqualTo("-ERR Library 'mylib' already exists\r\n");
            assertThat(client.call("FUNCTION", "LIST")).asString().contains("mylib");
            assertThat(client.raw("FUNCTION", "STATS")).contains("running_script");
            proxy.cluster().node(1).call("FUNCTION", "DELETE", "mylib");
            assertThat(client.raw("FUNCTION", "DELETE", "mylib"))
                    .isEqualTo("-ERR Library not found (Slotgate: 2 of 3 primaries did it)\r\n");
            assertThat(client.raw("FCALL", "plus", "1", "k1", "5")).isEqualTo("-ERR Function not found\r\n");
        }
    }

    /** As after a shard was added by hand: what one node has, all get. */
    @Test
    void functionsOfAllNodesAreMendedByDumpAndRestore() throws IOException {
        String library = "#!lua name=spare\nredis.register_function('spare', function(keys, args)"
                + " return redis.call('INCR', keys[1]) end)";
        try (Wire client = proxy.connect()) {
            client.call("FLUSHALL");
            assertThat(client.call("FUNCTION", "LOAD", "REPLACE", library)).isEqualTo("spare");
            proxy.cluster().owner(SlotHash.slot(KEYS.getLast())).call("FUNCTION", "FLUSH");
            assertThat(client.raw("FCALL", "spare", "1", KEYS.getLast())).isEqualTo("-ERR Function not found\r\n");

            String dump = String.valueOf(client.call("FUNCTION", "DUMP"));
            assertThat(client.call("FUNCTION", "RESTORE", dump, "REPLACE")).isEqualTo("OK");

            for (String key : KEYS) {
                assertThat(client.call("FCALL", "spare", "1", key)).isEqualTo(1L);
            }
            client.call("FUNCTION", "DELETE", "spare");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TRYAGAIN no tokens left", "READONLY account", "LOADING the basket", "NOSCRIPT of its own"})
    void aScriptThatAnswersLikeAServerRunsOnce(String error) throws IOException {
        String body = "redis.call('INCR', KEYS[1]) return redis.error_reply('" + error + "')";
        try (Wire client = proxy.connect()) {
            client.call("FLUSHALL");
            assertThat(client.raw("EVAL", body, "1", "k1")).isEqualTo("-" + error + "\r\n");
            assertThat(client.raw("EVALSHA", sha(client, body), "1", "k1")).isEqualTo("-" + error + "\r\n");
            assertThat(client.call("GET", "k1")).isEqualTo("2");
        }
    }

    @Test
    void aScriptThatDoesNotEndIsKilled() throws IOException {
        for (LocalNode node : proxy.cluster().nodes()) {
            node.call("CONFIG", "SET", "busy-reply-threshold", "50");
        }
        try (Wire client = proxy.connect(); Wire killer = proxy.connect()) {
            assertThat(killer.raw("SCRIPT", "KILL")).isEqualTo("-NOTBUSY No scripts in execution right now.\r\n");
            client.send("EVAL", "while true do end", "1", "k1");
            await().atMost(ProxyFixture.PATIENCE).until(() -> killer.raw("SCRIPT", "KILL").equals("+OK\r\n"));
            assertThat(client.readRaw()).contains("Script killed by user with SCRIPT KILL");
            assertThat(client.call("SET", "k1", "v")).isEqualTo("OK");
        }
    }
}
