package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.protocol.ProtocolVersion;
import io.slotgate.proxy.config.User;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisCluster;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisDataException;

/** What clients see of "the server": one virtual shard, both protocols, users of its own. */
@Timeout(120)
class FacadeIT {
    @Nested
    class Open {
        @RegisterExtension
        static final ProxyFixture proxy = new ProxyFixture();

        @RegisterExtension
        static final StandaloneServer standalone = new StandaloneServer();

        @ParameterizedTest
        @EnumSource(ProtocolVersion.class)
        void lettuceTakesTheProxyForACluster(ProtocolVersion protocol) {
            RedisClusterClient client = proxy.clients().lettuceCluster(protocol);
            try (StatefulRedisClusterConnection<String, String> connection = client.connect()) {
                assertThat(client.getPartitions()).anySatisfy(node -> {
                    assertThat(node.getUri().getPort()).isEqualTo(proxy.server().clientPort());
                    assertThat(node.getSlots()).hasSize(16_384);
                    assertThat(node.is(RedisClusterNode.NodeFlag.UPSTREAM)).isTrue();
                });
                assertThat(connection.sync().mset(java.util.Map.of("l1", "a", "l2", "b", "l3", "c"))).isEqualTo("OK");
                assertThat(connection.sync().mget("l1", "l2", "l3", "none"))
                        .extracting(each -> each.getValueOrElse("-"))
                        .containsExactly("a", "b", "c", "-");
                assertThat(connection.sync().del("l1", "l2", "l3")).isEqualTo(3);
                client.refreshPartitions();
                assertThat(connection.sync().ping()).isEqualTo("PONG");
                assertThat(connection.sync().clusterShards()).hasSize(1);
                assertThat(connection.sync().info("server")).contains("redis_version:");
            } finally {
                client.shutdown();
            }
        }

        @ParameterizedTest
        @EnumSource(RedisProtocol.class)
        void jedisTakesTheProxyForACluster(RedisProtocol protocol) {
            try (JedisCluster client = proxy.clients().jedisCluster(protocol)) {
                // "localhost" is no name that Java asks for in a handshake, so it is told the address.
                assertThat(client.getClusterNodes()).containsKey("127.0.0.1:" + proxy.server().clientPort());
                client.hset("jedis", java.util.Map.of("a", "1", "b", "2"));
                assertThat(client.hgetAll("jedis")).isEqualTo(java.util.Map.of("a", "1", "b", "2"));
                assertThat(client.mset("{j}1", "a", "{j}2", "b")).isEqualTo("OK");
                assertThat(client.mget("{j}1", "{j}2")).containsExactly("a", "b");
                assertThat(client.del("{j}1", "{j}2")).isEqualTo(2);
            }
        }

        /** In the words of its own tools: the command, standard input, standard output. */
        @ParameterizedTest
        @MethodSource("tools")
        void theServersOwnToolWorks(String tool) throws IOException, InterruptedException {
            for (String mode : List.of("-2", "-3", "-c")) {
                Process cli = new ProcessBuilder(tool, "--tls", "--cacert", proxy.certificates().ca().toString(), "-h",
                        "localhost", "-p", Integer.toString(proxy.server().clientPort()), mode)
                        .redirectErrorStream(true).start();
                try (var in = cli.outputWriter()) {
                    in.write("SET cli " + mode + "\nGET cli\nMGET cli none\nDEL cli\nNOSUCH\nEXISTS cli\n");
                }
                // First it ends: what it says is less than a pipe holds, and to read it may take for ever.
                boolean ended = cli.waitFor(60, TimeUnit.SECONDS);
                if (!ended) {
                    cli.destroyForcibly();
                }
                assertThat(ended).as("%s %s ended by itself", tool, mode).isTrue();
                String said = new String(cli.getInputStream().readAllBytes(), Wire.BYTES);
                assertThat(said.lines().filter(line -> !line.isBlank())).as(mode).containsExactly("OK", mode, mode,
                        "1", "ERR unknown command 'NOSUCH', with args beginning with: ", "0");
            }
        }

        /** Those that are installed: one comes with each kind of server. */
        static List<String> tools() {
            return ServerTools.installed("valkey-cli", "redis-cli");
        }

        @Test
        void readOnlySessionsAndTheReadPortReadWhatWasWritten() throws IOException {
            try (Wire client = proxy.connect(); Wire reader = proxy.connectForReads()) {
                assertThat(client.raw("READONLY")).isEqualTo("+OK\r\n");
                for (int i = 0; i < 50; i++) {
                    assertThat(client.raw("SET", "ro" + i, "x")).isEqualTo("+OK\r\n");
                    awaitRead(client, "ro" + i, "$-1\r\n", "$1\r\nx\r\n");
                    assertThat(reader.raw("APPEND", "ro" + i, "y")).isEqualTo(":2\r\n");
                    awaitRead(reader, "ro" + i, "$1\r\nx\r\n", "$2\r\nxy\r\n");
                }
                assertThat(client.raw("READWRITE")).isEqualTo("+OK\r\n");
                assertThat(client.raw("SET", "ro", "x")).isEqualTo("+OK\r\n");
                assertThat(client.raw("FLUSHALL")).isEqualTo("+OK\r\n");
            }
        }

        /** Replicas get writes when those who wrote have been answered, if not before: until then they have what was there before. */
        private static void awaitRead(Wire client, String key, String before, String now) throws IOException {
            long deadline = System.nanoTime() + ProxyFixture.PATIENCE.toNanos();
            String read = client.raw("GET", key);
            while (read.equals(before) && System.nanoTime() < deadline) {
                read = client.raw("GET", key);
            }
            assertThat(read).isEqualTo(now);
        }

        @Test
        void repliesAreThoseOfOneServerInBothProtocols() throws IOException {
            try (Wire through = proxy.connect(); Wire single = standalone.connect()) {
                for (String protocol : List.of("2", "3", "2", "3")) {
                    through.call("HELLO", protocol);
                    single.call("HELLO", protocol);
                    for (String command : TYPED_COMMANDS) {
                        assertThat(through.raw(command.split(" "))).as("RESP%s %s", protocol, command)
                                .isEqualTo(single.raw(command.split(" ")));
                    }
                }
            }
        }

        @Test
        void aChangeOfProtocolWithinAPipelineConcernsOnlyWhatFollows() throws IOException {
            try (Wire client = proxy.connect()) {
                client.call("HSET", "switch", "f", "v");
                for (int round = 0; round < 50; round++) {
                    client.send("HGETALL", "switch");
                    client.send("HELLO", "3");
                    client.send("HGETALL", "switch");
                    client.send("GET", "none");
                    client.send("HELLO", "2");
                    client.send("HGETALL", "switch");
                    client.send("RESET");
                    client.send("GET", "none");
                    assertThat(client.readRaw()).isEqualTo("*2\r\n$1\r\nf\r\n$1\r\nv\r\n");
                    assertThat(client.readRaw()).startsWith("%");
                    assertThat(client.readRaw()).isEqualTo("%1\r\n$1\r\nf\r\n$1\r\nv\r\n");
                    assertThat(client.readRaw()).isEqualTo("_\r\n");
                    assertThat(client.readRaw()).startsWith("*");
                    assertThat(client.readRaw()).isEqualTo("*2\r\n$1\r\nf\r\n$1\r\nv\r\n");
                    assertThat(client.readRaw()).isEqualTo("+RESET\r\n");
                    assertThat(client.readRaw()).isEqualTo("$-1\r\n");
                }
                client.call("DEL", "switch");
            }
        }

        @Test
        void thereIsOneDatabase() throws IOException {
            try (Wire client = proxy.connect()) {
                assertThat(client.raw("SELECT", "0")).isEqualTo("+OK\r\n");
                assertThat(client.raw("SELECT", "1")).isEqualTo("-ERR SELECT is not allowed in cluster mode\r\n");
            }
            RedisClient lettuce = proxy.clients().lettuce(ProtocolVersion.RESP3);
            try (StatefulRedisConnection<String, String> connection = lettuce.connect()) {
                assertThat(connection.sync().select(0)).isEqualTo("OK");
                assertThat(connection.sync().clientGetname()).isNull();
                assertThat(connection.sync().clientId()).isPositive();
            } finally {
                lettuce.shutdown();
            }
        }
    }

    @Nested
    class WithUsers {
        @RegisterExtension
        static final ProxyFixture proxy = new ProxyFixture().cluster(cluster -> cluster.shards(1).replicas(0)).users(
                // "first" and "second"
                new User("default",
                        List.of("a7937b64b8caa58f03721bb6bacf5c78cb235febe0e70b1b84cd99541461a08e",
                                "16367aacb67a4a017c8da8ab95682ccb390863780f7114dda0a0e0c55644c7c4")),
                new User("app", List.of("a7937b64b8caa58f03721bb6bacf5c78cb235febe0e70b1b84cd99541461a08e")));

        @Test
        void nothingIsDoneBeforeAuth() throws IOException {
            try (Wire client = proxy.connect()) {
                for (String command : List.of("GET a", "SET a 1", "PING", "KEYS *", "CLUSTER SLOTS", "HELLO 3",
                        "MGET a b", "CLIENT ID")) {
                    assertThat(client.raw(command.split(" "))).as(command).startsWith("-NOAUTH ");
                }
                assertThat(client.raw("AUTH", "wrong")).startsWith("-WRONGPASS ");
                assertThat(client.raw("AUTH", "app", "second")).startsWith("-WRONGPASS ");
                assertThat(client.raw("AUTH", "second")).isEqualTo("+OK\r\n");
                assertThat(client.raw("SET", "a", "1")).isEqualTo("+OK\r\n");
                assertThat(client.raw("RESET")).isEqualTo("+RESET\r\n");
                assertThat(client.raw("GET", "a")).startsWith("-NOAUTH ");
                assertThat(client.raw("AUTH", "app", "first")).isEqualTo("+OK\r\n");
                assertThat(client.raw("ACL", "WHOAMI")).isEqualTo("$3\r\napp\r\n");
                assertThat(client.raw("GET", "a")).isEqualTo("$1\r\n1\r\n");
            }
        }

        @Test
        void clientsLogInTheirOwnWays() {
            try (Jedis jedis = new Jedis(proxy.clients().address(),
                    proxy.clients().jedisConfig().user("app").password("first").build())) {
                assertThat(jedis.set("jedis", "x")).isEqualTo("OK");
            }
            try (Jedis jedis = new Jedis(proxy.clients().address(),
                    proxy.clients().jedisConfig().resp3().password("second").build())) {
                assertThat(jedis.get("jedis")).isEqualTo("x");
            }
            org.assertj.core.api.Assertions
                    .assertThatThrownBy(() -> new Jedis(proxy.clients().address(),
                            proxy.clients().jedisConfig().user("app").password("second").build()))
                    .isInstanceOfAny(JedisAccessControlException.class, JedisDataException.class)
                    .hasMessageContaining("WRONGPASS");
        }
    }

    /** For clients that refuse a cluster. */
    @Nested
    class AsOneServer {
        @RegisterExtension
        static final ProxyFixture proxy = new ProxyFixture().cluster(cluster -> cluster.shards(3).replicas(0))
                .asOneServer();

        @Test
        void clientsAreToldThatThereIsNoCluster() throws IOException {
            try (Wire client = proxy.connect()) {
                assertThat(client.raw("HELLO", "2")).contains("$4\r\nmode\r\n$10\r\nstandalone\r\n");
                assertThat(client.raw("HELLO", "3")).contains("$4\r\nmode\r\n$10\r\nstandalone\r\n");
                assertThat(String.valueOf(client.call("INFO")))
                        .contains("_mode:standalone\r\n", "\r\ncluster_enabled:0\r\n")
                        .doesNotContain("_mode:cluster");
                assertThat(String.valueOf(client.call("INFO", "cluster"))).contains("\r\ncluster_enabled:0\r\n");
                // And it is not to be felt.
                assertThat(client.raw("MSET", "a", "1", "b", "2", "c", "3")).isEqualTo("+OK\r\n");
                assertThat(client.raw("DEL", "a", "b", "c")).isEqualTo(":3\r\n");
            }
        }
    }

    /** Replies of every kind that RESP3 has a type of its own for, and errors. */
    private static final List<String> TYPED_COMMANDS = List.of("FLUSHALL", "SET s value", "GET s", "GET none",
            "HSET h f v", "HGETALL h", "HGETALL none", "HRANDFIELD h 1 WITHVALUES", "SADD set a", "SMEMBERS set",
            "SMISMEMBER set a b", "SPOP set 1", "SMEMBERS none", "ZADD z 1.5 a 2 b inf c", "ZSCORE z a", "ZSCORE z c",
            "ZSCORE z none", "ZRANGE z 0 -1 WITHSCORES", "ZMSCORE z a none", "ZINCRBY z 0.25 a", "ZPOPMIN z",
            "ZRANK z b WITHSCORE", "ZADD z1 1 a", "ZRANDMEMBER z1 1 WITHSCORES", "GEOADD g 13.361389 38.115556 Palermo",
            "GEOPOS g Palermo none", "GEODIST g Palermo Palermo", "RPUSH l a b c", "LRANGE l 0 -1", "LPOP none",
            "LPOP none 2", "LPOS l none", "LMPOP 1 none LEFT", "LMPOP 1 l LEFT COUNT 2", "INCRBYFLOAT float 1.25",
            "XADD x 1-1 f v", "XRANGE x - +", "XREAD COUNT 1 STREAMS x 0", "XINFO STREAM x", "OBJECT ENCODING s",
            "TYPE h", "TTL s", "EXPIRE s 100", "EXPIRETIME none", "GETEX s PERSIST", "GETDEL s", "STRLEN none",
            "BITFIELD b SET u8 0 255 GET u8 0", "INCR h", "LPUSH s2 x", "SET s2 y NX GET", "SET s2 y GET", "RENAME h h",
            "EVAL return{1,false,'x'} 0", "EVAL redis.setresp(3)return{double=3.25} 0",
            "EVAL redis.setresp(3)return{map={a=1}} 0", "EVAL redis.setresp(3)return{set={a=true}} 0",
            "EVAL redis.setresp(3)return{big_number='123456789012345678901234567890'} 0",
            "EVAL redis.setresp(3)return{verbatim_string={string='text',format='txt'}} 0",
            "EVAL redis.setresp(3)return(true) 0", "SORT l", "COPY s2 s2", "DUMP none", "LCS s2 s2", "MGET s2 none h",
            "EXISTS h l none", "DEL h z g", "DBSIZE", "SELECT 0", "ECHO text", "PING", "PING text");
}
