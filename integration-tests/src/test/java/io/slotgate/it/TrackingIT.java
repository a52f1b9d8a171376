package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import io.lettuce.core.TrackingArgs;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.support.caching.CacheAccessor;
import io.lettuce.core.support.caching.CacheFrontend;
import io.lettuce.core.support.caching.ClientSideCaching;
import io.slotgate.deploy.dev.LocalNode;
import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.metrics.Metric;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import redis.clients.jedis.JedisPooled;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.csc.DefaultCache;

/** Clients that cache what they read are told of what changes on a real cluster, with the server's own bytes. */
@Timeout(180)
class TrackingIT {
    private static final String EVERYTHING = ">2\r\n$10\r\ninvalidate\r\n_\r\n";
    /** Keys that between them are on every node. */
    private static final List<String> KEYS = List.of("k1", "k2", "k3", "k4", "k5", "k6", "k7", "k8", "k9");

    private static String invalid(String... keys) {
        StringBuilder push = new StringBuilder(">2\r\n$10\r\ninvalidate\r\n*" + keys.length + "\r\n");
        for (String key : keys) {
            push.append('$').append(key.length()).append("\r\n").append(key).append("\r\n");
        }
        return push.toString();
    }

    private static Wire tracker(ProxyFixture proxy, String... options) throws IOException {
        Wire wire = proxy.connectPlain();
        wire.call("HELLO", "3");
        turnOn(wire, options);
        return wire;
    }

    private static void turnOn(Wire wire, String... options) throws IOException {
        List<String> words = new ArrayList<>(List.of("CLIENT", "TRACKING", "ON"));
        words.addAll(Arrays.asList(options));
        assertThat(wire.raw(words.toArray(String[]::new))).isEqualTo("+OK\r\n");
    }

    /** Jedis knows this of Redis only, as long as it is not told that others have it, too. */
    private static final class JedisCache extends DefaultCache {
        JedisCache() {
            super(1000);
        }

        @Override
        public boolean compatibilityMode() {
            return true;
        }
    }

    @Nested
    class OfValkey {
        @RegisterExtension
        static final ProxyFixture proxy = new ProxyFixture().cluster(cluster -> cluster.shards(3).replicas(0));

        /** Sessions of all workers. */
        @Test
        void changesByAnybodyAreToldToAllWhoHaveReadTheKey() throws Exception {
            List<Wire> readers = new ArrayList<>();
            try (Wire writer = proxy.connect();
                    Wire direct = Wire.open(proxy.cluster().owner(SlotHash.slot("k1")).address().port())) {
                for (int i = 0; i < 8; i++) {
                    readers.add(tracker(proxy));
                }
                for (int round = 0; round < 20; round++) {
                    for (Wire reader : readers) {
                        reader.call("GET", "k1");
                    }
                    Wire by = round % 2 == 0 ? writer : direct;
                    assertThat(by.raw("SET", "k1", "v" + round)).isEqualTo("+OK\r\n");
                    for (Wire reader : readers) {
                        assertThat(reader.readRaw()).isEqualTo(invalid("k1"));
                    }
                }
                assertThat(proxy.metric(Metric.TRACKING_SESSIONS)).isEqualTo(8);
                assertThat(proxy.metric(Metric.INVALIDATIONS)).isGreaterThanOrEqualTo(160);
            } finally {
                for (Wire reader : readers) {
                    reader.close();
                }
            }
        }

        @Test
        void aClientIsAnsweredAsTheServerWould() throws Exception {
            for (int protocol = 2; protocol <= 3; protocol++) {
                LocalNode owner = proxy.cluster().owner(SlotHash.slot("{x}"));
                try (Wire direct = Wire.open(owner.address().port()); Wire proxied = proxy.connectPlain()) {
                    direct.call("HELLO", Integer.toString(protocol));
                    proxied.call("HELLO", Integer.toString(protocol));
                    for (String command : List.of("CLIENT TRACKINGINFO", "CLIENT GETREDIR", "CLIENT CACHING YES",
                            "CLIENT TRACKING", "CLIENT TRACKING MAYBE", "CLIENT TRACKING ON NONSENSE",
                            "CLIENT TRACKING ON PREFIX", "CLIENT TRACKING ON PREFIX a", "CLIENT TRACKING ON REDIRECT x",
                            "CLIENT TRACKING ON REDIRECT 999999999", "CLIENT TRACKING ON REDIRECT 999999999 NONSENSE",
                            "CLIENT TRACKING ON REDIRECT 0", "CLIENT TRACKING OFF REDIRECT 999999999",
                            "CLIENT TRACKING ON BCAST OPTIN", "CLIENT TRACKING ON OPTIN OPTOUT",
                            "CLIENT TRACKING ON BCAST PREFIX a PREFIX ab", "CLIENT TRACKING OFF",
                            "CLIENT TRACKING ON", "CLIENT TRACKINGINFO", "CLIENT GETREDIR", "CLIENT CACHING YES",
                            "CLIENT CACHING NO", "CLIENT CACHING PERHAPS", "CLIENT TRACKING ON BCAST",
                            "CLIENT TRACKING ON NOLOOP", "CLIENT TRACKINGINFO", "CLIENT TRACKING OFF",
                            "CLIENT TRACKING ON OPTIN", "CLIENT CACHING NO", "CLIENT CACHING YES",
                            "CLIENT TRACKINGINFO", "GET {x}", "CLIENT TRACKINGINFO", "CLIENT TRACKING ON OPTOUT",
                            "CLIENT CACHING YES", "MULTI", "GET {x}", "EXEC", "CLIENT TRACKINGINFO",
                            "CLIENT TRACKING OFF", "CLIENT TRACKING ON OPTOUT NOLOOP", "CLIENT CACHING NO",
                            "CLIENT TRACKINGINFO", "PING", "CLIENT TRACKINGINFO", "CLIENT TRACKING OFF",
                            "CLIENT TRACKING ON BCAST PREFIX zz PREFIX b", "CLIENT TRACKINGINFO",
                            "CLIENT TRACKING ON BCAST PREFIX bc", "CLIENT TRACKING ON BCAST PREFIX a",
                            "CLIENT TRACKINGINFO", "CLIENT TRACKING ON", "CLIENT CACHING YES", "CLIENT TRACKING off",
                            "CLIENT TRACKINGINFO", "CLIENT TRACKING ON BCAST", "CLIENT TRACKING ON BCAST",
                            "CLIENT TRACKINGINFO", "RESET", "CLIENT TRACKINGINFO")) {
                        String[] words = command.split(" ");
                        assertThat(proxied.raw(words)).as("%s in RESP%s", command, protocol)
                                .isEqualTo(direct.raw(words));
                    }
                }
            }
        }

        @Test
        void invalidationsAreTheServers() throws Exception {
            LocalNode owner = proxy.cluster().owner(SlotHash.slot("{x}"));
            try (Wire direct = Wire.open(owner.address().port());
                    Wire proxied = proxy.connectPlain();
                    Wire writer = Wire.open(owner.address().port())) {
                List<Wire> both = List.of(direct, proxied);
                for (Wire wire : both) {
                    wire.call("HELLO", "3");
                    turnOn(wire);
                    wire.call("MGET", "{x}1", "{x}2");
                    wire.call("HGETALL", "{x}h");
                    wire.call("EVAL", "return redis.call('GET', KEYS[1])", "1", "{x}s");
                }
                for (String command : List.of("SET {x}1 a", "SET {x}2 a PX 30", "HSET {x}h f v", "APPEND {x}s x")) {
                    writer.call(command.split(" "));
                    assertThat(proxied.readRaw()).as(command).isEqualTo(direct.readRaw());
                }
                for (Wire wire : both) {
                    wire.call("GET", "{x}2");
                }
                // It may have expired before it was read, then that was told before.
                writer.call("SET", "{x}2", "b");
                for (Wire wire : both) {
                    assertThat(wire.readRaw()).isEqualTo(invalid("{x}2"));
                    wire.call("GET", "{x}2");
                }
                writer.call("PEXPIRE", "{x}2", "5");
                for (Wire wire : both) {
                    assertThat(wire.readRaw()).isEqualTo(invalid("{x}2"));
                }
                writer.call("FLUSHALL");
                assertThat(direct.readRaw()).isEqualTo(EVERYTHING);
                assertThat(proxied.readRaw()).isEqualTo(EVERYTHING);
            }
        }

        @Test
        void aKeyThatExpiresIsTold() throws Exception {
            try (Wire reader = tracker(proxy); Wire writer = proxy.connect()) {
                writer.call("SET", "mortal", "1", "PX", "300");
                do {
                    // What it is told first may be of the write.
                    reader.call("GET", "mortal");
                    assertThat(reader.readRaw()).isEqualTo(invalid("mortal"));
                } while (writer.call("GET", "mortal") != null);
            }
        }

        @Test
        void broadcastOptInAndNoLoopKeepToWhatTheyPromise() throws Exception {
            try (Wire broadcast = tracker(proxy, "BCAST", "PREFIX", "k1", "PREFIX", "k2");
                    Wire optIn = tracker(proxy, "OPTIN");
                    Wire noLoop = tracker(proxy, "NOLOOP");
                    Wire writer = proxy.connect()) {
                optIn.call("GET", "k2");
                optIn.call("CLIENT", "CACHING", "YES");
                optIn.call("GET", "k1");
                noLoop.call("GET", "k1");
                assertThat(noLoop.raw("SET", "k1", "own")).isEqualTo("+OK\r\n");
                assertThat(broadcast.readRaw()).isEqualTo(invalid("k1"));
                assertThat(optIn.readRaw()).isEqualTo(invalid("k1"));
                writer.call("SET", "k3", "1");
                writer.call("SET", "k2", "1");
                assertThat(broadcast.readRaw()).isEqualTo(invalid("k2"));
                assertThat(noLoop.raw("GET", "k1")).isEqualTo("$3\r\nown\r\n");
                writer.call("SET", "k1", "of another");
                assertThat(noLoop.readRaw()).isEqualTo(invalid("k1"));
                assertThat(optIn.raw("PING")).isEqualTo("+PONG\r\n");
            }
        }

        @Test
        void invalidationsGoToAnotherClientInResp2() throws Exception {
            for (int i = 0; i < 4; i++) {
                try (Wire target = proxy.connectPlain(); Wire reader = proxy.connectPlain()) {
                    String id = String.valueOf(target.call("CLIENT", "ID"));
                    target.call("SUBSCRIBE", "__redis__:invalidate");
                    turnOn(reader, "REDIRECT", id);
                    reader.call("GET", "k1");
                    reader.call("SET", "k1", "x" + i);
                    assertThat(target.readRaw()).isEqualTo(
                            String.join("\r\n", "*3", "$7", "message", "$20", "__redis__:invalidate", "*1", "$2", "k1",
                                    ""));
                }
            }
        }

        @Test
        void lettuceCaches() throws Exception {
            RedisClient client = proxy.clients().lettuce(ProtocolVersion.RESP3);
            Map<String, String> cached = new ConcurrentHashMap<>();
            try (Wire writer = proxy.connect()) {
                // Before it tracks: of a write just before its reads it may be told as well. And what it is told between getting
                // an answer and putting that into the cache Lettuce takes from a cache where it isn't yet.
                for (String key : KEYS) {
                    writer.call("SET", key, "of " + key);
                }
                CacheFrontend<String, String> cache = ClientSideCaching.enable(CacheAccessor.forMap(cached),
                        client.connect(), TrackingArgs.Builder.enabled());
                for (String key : KEYS) {
                    assertThat(cache.get(key)).isEqualTo("of " + key);
                }
                assertThat(cached).containsOnlyKeys(KEYS);
                for (String key : KEYS) {
                    writer.call("SET", key, "new " + key);
                    await().atMost(ProxyFixture.PATIENCE).until(() -> !cached.containsKey(key));
                    assertThat(cache.get(key)).isEqualTo("new " + key);
                }
            } finally {
                client.shutdown(Duration.ZERO, Duration.ofSeconds(5));
            }
        }

        @Test
        void jedisCaches() throws Exception {
            JedisCache cache = new JedisCache();
            try (JedisPooled jedis = new JedisPooled(proxy.clients().address(),
                    proxy.clients().jedisConfig().protocol(RedisProtocol.RESP3).build(), cache);
                    Wire writer = proxy.connect()) {
                for (String key : KEYS) {
                    writer.call("SET", key, "of " + key);
                    assertThat(jedis.get(key)).isEqualTo("of " + key);
                    assertThat(jedis.get(key)).isEqualTo("of " + key);
                }
                // Of the write before it a read may be told, too, and is then made again.
                assertThat(cache.getStats().getHitCount()).isPositive();
                for (String key : KEYS) {
                    writer.call("SET", key, "new " + key);
                    // It looks at what it was told when it next has something to ask.
                    await().atMost(ProxyFixture.PATIENCE).until(() -> ("new " + key).equals(jedis.get(key)));
                }
                assertThat(cache.getStats().getInvalidationCount()).isGreaterThanOrEqualTo(KEYS.size());
            }
        }

        @Test
        void cachesHoldTheTruthWhileSlotsMove() throws Exception {
            int slot = SlotHash.slot("k1");
            int from = proxy.cluster().nodes().indexOf(proxy.cluster().owner(slot));
            int to = (from + 1) % 3;
            try (CachingLoad load = new CachingLoad(proxy, KEYS, 4);
                    SlotMover mover = new SlotMover(proxy.cluster(), 3)) {
                for (int round = 0; round < 6; round++) {
                    mover.move(slot, round % 2 == 0 ? from : to, round % 2 == 0 ? to : from);
                    load.awaitRounds(100);
                }
                load.compare();
                assertThat(load.hits()).as("reads answered by a cache").isPositive();
            }
        }
    }

    @Nested
    class WithFailover {
        @RegisterExtension
        static final ProxyFixture proxy = new ProxyFixture().cluster(cluster -> cluster.shards(3).replicas(1))
                .nodesFail();

        @Test
        void whatChangesAfterANodeIsLostIsTold() throws Exception {
            LocalNode lost = proxy.cluster().owner(SlotHash.slot("k1"));
            try (Wire reader = tracker(proxy); Wire writer = proxy.connect()) {
                reader.call("GET", "k1");

                // When
                lost.kill();

                // Then
                assertThat(reader.readRaw()).isEqualTo(invalid("k1"));
                writer.call("SET", "k1", "before anybody listens");
                await().atMost(ProxyFixture.PATIENCE)
                        .until(() -> "$22\r\nbefore anybody listens\r\n".equals(behindPushes(reader, "GET", "k1")));
                for (int i = 0; i < 3; i++) {
                    writer.call("SET", "k1", "after " + i);
                    // At the latest when the new primary begins to tell.
                    assertThat(reader.readRaw()).isEqualTo(invalid("k1"));
                    assertThat(behindPushes(reader, "GET", "k1")).isEqualTo("$7\r\nafter " + i + "\r\n");
                }
            }
            lost.restart();
            proxy.cluster().awaitStable(ProxyFixture.PATIENCE);
        }

        private static String behindPushes(Wire wire, String... command) throws IOException {
            wire.send(command);
            String frame = wire.readRaw();
            while (frame.startsWith(">")) {
                frame = wire.readRaw();
            }
            return frame;
        }

        @Test
        void cachesHoldTheTruthThoughNodesAreLost() throws Exception {
            Random random = new Random(5);
            try (CachingLoad load = new CachingLoad(proxy, KEYS, 3)) {
                load.awaitRounds(50);
                LocalNode lost = proxy.cluster().owner(SlotHash.slot(KEYS.get(random.nextInt(KEYS.size()))));
                lost.kill();
                load.awaitRounds(100);
                lost.restart();
                proxy.cluster().awaitStable(ProxyFixture.PATIENCE);
                load.awaitRounds(50);
                load.compare();
            }
        }
    }
}
