package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.protocol.ProtocolVersion;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.RedisProtocol;

/** The client matrix for Java: what applications do, by each library, over TLS, in each of its modes. */
@ParameterizedClass
@EnumSource(ClientMatrixIT.Library.class)
@Timeout(120)
class ClientMatrixIT {
    @RegisterExtension
    static final ProxyFixture proxy = new ProxyFixture().cluster(cluster -> cluster.shards(3).replicas(0));

    private static @Nullable MatrixClient opened;

    @Parameter
    private Library library = Library.JEDIS;

    enum Library {
        JEDIS, JEDIS_RESP3, JEDIS_CLUSTER, LETTUCE_RESP2, LETTUCE, LETTUCE_CLUSTER, REDISSON, REDISSON_CLUSTER,
        SPRING_DATA, SPRING_DATA_CLUSTER, GLIDE_RESP2, GLIDE, GLIDE_CLUSTER;

        MatrixClient open(Clients clients) throws Exception {
            return switch (this) {
                case JEDIS -> MatrixJedis.of(clients, RedisProtocol.RESP2);
                case JEDIS_RESP3 -> MatrixJedis.of(clients, RedisProtocol.RESP3);
                case JEDIS_CLUSTER -> new MatrixJedis(clients.jedisCluster(RedisProtocol.RESP3), true);
                case LETTUCE_RESP2 -> MatrixLettuce.of(clients.lettuce(ProtocolVersion.RESP2));
                case LETTUCE -> MatrixLettuce.of(clients.lettuce(ProtocolVersion.RESP3));
                case LETTUCE_CLUSTER -> MatrixLettuce.of(clients.lettuceCluster(ProtocolVersion.RESP3));
                case REDISSON -> MatrixRedisson.of(clients, false);
                case REDISSON_CLUSTER -> MatrixRedisson.of(clients, true);
                case SPRING_DATA -> MatrixSpring.of(clients, false);
                case SPRING_DATA_CLUSTER -> MatrixSpring.of(clients, true);
                case GLIDE_RESP2 -> MatrixGlide.of(clients, false);
                case GLIDE -> MatrixGlide.of(clients, true);
                case GLIDE_CLUSTER -> MatrixGlide.cluster(clients);
            };
        }
    }

    @BeforeParameterizedClassInvocation
    static void open(Library library) throws Exception {
        opened = library.open(proxy.clients());
    }

    @AfterParameterizedClassInvocation
    static void close() throws Exception {
        client().close();
        // What libraries say of themselves is theirs.
        assertThat(proxy.log().take()).noneMatch(line -> line.contains(" io.slotgate."));
    }

    private static MatrixClient client() {
        MatrixClient client = opened;
        if (client == null) {
            throw new IllegalStateException("no client is open");
        }
        return client;
    }

    private String name(String what) {
        return library + ":" + what;
    }

    private List<String> names(String what, int count) {
        return IntStream.range(0, count).mapToObj(i -> name(what + ":" + i)).toList();
    }

    /** Runs what a library may lack. */
    private static void ifItCan(Step step) throws Exception {
        try {
            step.run();
        } catch (UnsupportedOperationException itHasNoSuchThing) {
            assertThat(itHasNoSuchThing.getMessage()).isNotEmpty();
        }
    }

    private interface Step {
        void run() throws Exception;
    }

    @Test
    void strings() throws Exception {
        String key = name("string");
        client().set(key, "héllo");
        assertThat(client().get(key)).isEqualTo("héllo");
        assertThat(client().get(key + ":none")).isNull();
        assertThat(client().increment(key + ":number")).isEqualTo(1);
    }

    @Test
    void errors() throws Exception {
        String key = name("text");
        client().set(key, "text");
        Throwable error = catchThrowable(() -> client().increment(key));
        assertThat(error).hasStackTraceContaining("value is not an integer or out of range");
        assertThat(client().get(key)).isEqualTo("text");
    }

    @Test
    void hashes() throws Exception {
        Map<String, String> fields = Map.of("a", "1", "b", "2");
        client().setHash(name("hash"), fields);
        assertThat(client().hash(name("hash"))).isEqualTo(fields);
    }

    @Test
    void pipelines() throws Exception {
        List<String> keys = names("pipeline", 500);
        assertThat(client().pipeline(keys)).isEqualTo(keys);
    }

    @Test
    void keysOfManySlots() throws Exception {
        List<String> keys = names("many", 100);
        Map<String, String> values = new LinkedHashMap<>();
        keys.forEach(key -> values.put(key, key));
        ifItCan(() -> {
            client().setAll(values);
            List<String> asked = new ArrayList<>(keys);
            asked.add(name("none"));
            List<@Nullable String> expected = new ArrayList<>(keys);
            expected.add(null);
            assertThat(client().getAll(asked)).isEqualTo(expected);
            assertThat(client().delete(asked)).isEqualTo(100);
        });
    }

    @Test
    void scan() throws Exception {
        List<String> keys = names("scan", 300);
        for (String key : keys) {
            client().set(key, "");
        }
        assertThat(client().scan(name("scan:*"))).isEqualTo(new HashSet<>(keys));
    }

    @Test
    void scripts() throws Exception {
        // On every shard, in turn.
        for (String key : names("script", 20)) {
            client().set(key, "v");
            assertThat(client().script("return redis.call('GET', KEYS[1]) .. ARGV[1]", key, "!")).isEqualTo("v!");
        }
    }

    @Test
    void transactions() throws Exception {
        ifItCan(() -> assertThat(client().transaction(name("transaction"))).isEqualTo(2L));
    }

    @Test
    void blockingPops() throws Exception {
        String key = name("list");
        CompletableFuture<@Nullable String> popped = CompletableFuture.supplyAsync(() -> {
            try {
                return client().pop(key, 60);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        if (library.name().startsWith("LETTUCE") || library.name().startsWith("GLIDE")) {
            // One connection carries all, and what stands behind a blocking command waits with it: a second client.
            try (Wire other = proxy.connect()) {
                other.call("RPUSH", key, "element");
            }
        } else {
            client().push(key, "element");
        }
        assertThat(popped.get(90, TimeUnit.SECONDS)).isEqualTo("element");
        assertThat(client().pop(key, 1)).isNull();
    }

    @Test
    void subscriptions() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        client().subscribe(name("channel"), heard::add);
        client().publish(name("channel"), "message");
        assertThat(heard.poll(60, TimeUnit.SECONDS)).isEqualTo("message");
    }

    @Test
    void reconnect() throws Exception {
        client().set(name("again"), "there");
        // So that there are several connections in a pool, all of which will be lost.
        try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
            for (int i = 0; i < 100; i++) {
                threads.submit(() -> client().get(name("again")));
            }
        }
        try (Wire other = proxy.connect()) {
            other.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
        }
        await().atMost(ProxyFixture.PATIENCE).ignoreExceptions()
                .until(() -> "there".equals(client().get(name("again"))));
    }
}
