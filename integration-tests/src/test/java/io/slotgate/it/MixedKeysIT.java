package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.protocol.ProtocolVersion;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisCluster;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

/** A hundred thousand keys of all types, written and read back by different clients, over TLS. */
@Timeout(240)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MixedKeysIT {
    private static final int KEYS = 100_000;
    private static final int BATCH = 2_500;

    @RegisterExtension
    static final ProxyFixture proxy = new ProxyFixture().cluster(cluster -> cluster.shards(3).replicas(0));

    @Test
    @Order(1)
    void whatOneClientWritesAnotherReadsBack() {
        // Given: Lettuce has fewer of them, for its buffers are watched for leaks as ours are, which takes it a while.
        List<MixedKey> first = keys(0, 40_000);
        List<MixedKey> second = keys(40_000, 80_000);
        List<MixedKey> third = keys(80_000, 90_000);
        List<MixedKey> fourth = keys(90_000, KEYS);
        withJedis((client, done) -> writeAll(first, client, done));
        withJedisCluster((client, done) -> writeAll(second, client, done));
        withLettuce((client, done) -> writeAll(third, client, done));
        withLettuceCluster((client, done) -> writeAll(fourth, client, done));

        // When, then
        withJedisCluster((client, done) -> checkAll(first, client, done));
        withJedis((client, done) -> checkAll(second, client, done));
        withLettuceCluster((client, done) -> checkAll(third, client, done));
        withLettuce((client, done) -> checkAll(fourth, client, done));
    }

    private static List<MixedKey> keys(int from, int to) {
        return IntStream.range(from, to).mapToObj(MixedKey::new).toList();
    }

    private static void writeAll(List<MixedKey> keys, MixedKeyClient client, Runnable batchDone) {
        for (int from = 0; from < keys.size(); from += BATCH) {
            List<Supplier<Object>> replies = new ArrayList<>();
            for (MixedKey key : keys.subList(from, Math.min(keys.size(), from + BATCH))) {
                replies.add(client.write(key));
            }
            batchDone.run();
            assertThat(replies).allMatch(reply -> reply.get() != null);
        }
    }

    private static void checkAll(List<MixedKey> keys, MixedKeyClient client, Runnable batchDone) {
        for (int from = 0; from < keys.size(); from += BATCH) {
            Map<MixedKey, Supplier<Object>> replies = new LinkedHashMap<>();
            for (MixedKey key : keys.subList(from, Math.min(keys.size(), from + BATCH))) {
                replies.put(key, client.read(key));
            }
            batchDone.run();
            replies.forEach((key, reply) -> {
                Object read = reply.get();
                // Without the cost of a description for each of them.
                if (!key.expected().equals(read)) {
                    assertThat(read).as("%s of %s", key.kind(), key).isEqualTo(key.expected());
                }
            });
        }
    }

    @Test
    @Order(2)
    void wholeKeyspaceCommandsSeeEveryKey() {
        // Given
        Set<String> names = new HashSet<>();
        for (int i = 0; i < KEYS; i++) {
            names.add(MixedKey.text(new MixedKey(i).name()));
        }
        try (Jedis jedis = proxy.clients().jedis()) {
            // When, then
            assertThat(jedis.dbSize()).isEqualTo(KEYS);
            assertThat(texts(jedis.keys(new byte[]{'*'}))).hasSize(KEYS).isEqualTo(names);

            List<String> scanned = new ArrayList<>();
            ScanResult<byte[]> page = new ScanResult<>(ScanParams.SCAN_POINTER_START, List.of());
            do {
                page = jedis.scan(page.getCursorAsBytes(), new ScanParams().count(1000));
                page.getResult().forEach(name -> scanned.add(MixedKey.text(name)));
            } while (!page.isCompleteIteration());
            assertThat(new HashSet<>(scanned)).hasSize(scanned.size()).isEqualTo(names);
        }
    }

    private static Set<String> texts(Set<byte[]> names) {
        Set<String> texts = new HashSet<>();
        names.forEach(name -> texts.add(MixedKey.text(name)));
        return texts;
    }

    private static void withJedis(BiConsumer<MixedKeyClient, Runnable> work) {
        try (Jedis jedis = proxy.clients().jedis(); AbstractPipeline pipeline = jedis.pipelined()) {
            work.accept(new JedisKeys(pipeline), pipeline::sync);
        }
    }

    private static void withJedisCluster(BiConsumer<MixedKeyClient, Runnable> work) {
        try (JedisCluster jedis = proxy.clients().jedisCluster(RedisProtocol.RESP3);
                AbstractPipeline pipeline = jedis.pipelined()) {
            work.accept(new JedisKeys(pipeline), pipeline::sync);
        }
    }

    private static void withLettuce(BiConsumer<MixedKeyClient, Runnable> work) {
        RedisClient client = proxy.clients().lettuce(ProtocolVersion.RESP3);
        try (StatefulRedisConnection<byte[], byte[]> connection = client.connect(ByteArrayCodec.INSTANCE)) {
            connection.setAutoFlushCommands(false);
            work.accept(new LettuceKeys(connection.async()), connection::flushCommands);
        } finally {
            client.shutdown();
        }
    }

    private static void withLettuceCluster(BiConsumer<MixedKeyClient, Runnable> work) {
        RedisClusterClient client = proxy.clients().lettuceCluster(ProtocolVersion.RESP2);
        try (StatefulRedisClusterConnection<byte[], byte[]> connection = client.connect(ByteArrayCodec.INSTANCE)) {
            work.accept(new LettuceKeys(connection.async()), () -> {});
        } finally {
            client.shutdown();
        }
    }
}
