package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.protocol.ProtocolVersion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisCluster;
import redis.clients.jedis.RedisProtocol;

/**
 * The clients that most people have, each of which takes the proxy for one server or for a cluster, with connections of its own
 * for every use. They write and read mixed keys in pipelines; the command-line client waits for each reply.
 */
enum ClientKind {
    JEDIS {
        @Override
        void use(Clients clients, BiConsumer<MixedKeyClient, Runnable> work) {
            try (Jedis jedis = clients.jedis(); AbstractPipeline pipeline = jedis.pipelined()) {
                work.accept(new JedisKeys(pipeline), pipeline::sync);
            }
        }
    },
    JEDIS_CLUSTER {
        @Override
        void use(Clients clients, BiConsumer<MixedKeyClient, Runnable> work) {
            try (JedisCluster jedis = clients.jedisCluster(RedisProtocol.RESP3);
                    AbstractPipeline pipeline = jedis.pipelined()) {
                work.accept(new JedisKeys(pipeline), pipeline::sync);
            }
        }
    },
    LETTUCE {
        @Override
        void use(Clients clients, BiConsumer<MixedKeyClient, Runnable> work) {
            RedisClient client = clients.lettuce(ProtocolVersion.RESP3);
            try (StatefulRedisConnection<byte[], byte[]> connection = client.connect(ByteArrayCodec.INSTANCE)) {
                connection.setAutoFlushCommands(false);
                work.accept(new LettuceKeys(connection.async()), connection::flushCommands);
            } finally {
                client.shutdown();
            }
        }
    },
    LETTUCE_CLUSTER {
        @Override
        void use(Clients clients, BiConsumer<MixedKeyClient, Runnable> work) {
            RedisClusterClient client = clients.lettuceCluster(ProtocolVersion.RESP2);
            try (StatefulRedisClusterConnection<byte[], byte[]> connection = client.connect(ByteArrayCodec.INSTANCE)) {
                work.accept(new LettuceKeys(connection.async()), () -> {});
            } finally {
                client.shutdown();
            }
        }
    },
    CLI {
        @Override
        void use(Clients clients, BiConsumer<MixedKeyClient, Runnable> work) {
            CliKeys keys = new CliKeys(clients);
            work.accept(keys, keys::run);
        }
    },
    CLI_CLUSTER {
        @Override
        void use(Clients clients, BiConsumer<MixedKeyClient, Runnable> work) {
            CliKeys keys = new CliKeys(clients, "-c");
            work.accept(keys, keys::run);
        }
    };

    private static final int BATCH = 2_500;

    /** @param work given a connected client, and what is to be called when a batch of commands is complete */
    abstract void use(Clients clients, BiConsumer<MixedKeyClient, Runnable> work);

    /** Writes the keys, none of which is there yet. */
    void write(Clients clients, List<MixedKey> keys) {
        use(clients, (client, batchDone) -> {
            for (int from = 0; from < keys.size(); from += BATCH) {
                List<Supplier<Object>> replies = new ArrayList<>();
                for (MixedKey key : keys.subList(from, Math.min(keys.size(), from + BATCH))) {
                    replies.add(client.write(key));
                }
                batchDone.run();
                assertThat(replies).allMatch(reply -> reply.get() != null);
            }
        });
    }

    /** Reads the keys back, whoever wrote them: each has to be there as it was written. */
    void check(Clients clients, List<MixedKey> keys) {
        use(clients, (client, batchDone) -> {
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
                        assertThat(read).as("%s of %s as %s reads it", key.kind(), key, this).isEqualTo(key.expected());
                    }
                });
            }
        });
    }
}
