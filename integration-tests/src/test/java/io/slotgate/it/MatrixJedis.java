package io.slotgate.it;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.AbstractTransaction;
import redis.clients.jedis.JedisPooled;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.Response;
import redis.clients.jedis.ScanIteration;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.util.KeyValue;

/** Jedis: JedisPooled and JedisCluster. */
record MatrixJedis(UnifiedJedis jedis, boolean cluster) implements MatrixClient {

    static MatrixJedis of(Clients clients, RedisProtocol protocol) {
        return new MatrixJedis(
                new JedisPooled(clients.address(), clients.jedisConfig().protocol(protocol).build()), false);
    }

    @Override
    public void set(String key, String value) {
        jedis.set(key, value);
    }

    @Override
    public @Nullable String get(String key) {
        return jedis.get(key);
    }

    @Override
    public long increment(String key) {
        return jedis.incr(key);
    }

    @Override
    public void setHash(String key, Map<String, String> fields) {
        jedis.hset(key, fields);
    }

    @Override
    public Map<String, String> hash(String key) {
        return jedis.hgetAll(key);
    }

    @Override
    public List<String> pipeline(List<String> keys) {
        try (AbstractPipeline pipeline = jedis.pipelined()) {
            keys.forEach(key -> pipeline.set(key, key));
            List<Response<String>> values = keys.stream().map(pipeline::get).toList();
            pipeline.sync();
            return values.stream().map(Response::get).toList();
        }
    }

    @Override
    public void setAll(Map<String, String> values) {
        ofOneSlotIfCluster();
        List<String> words = new ArrayList<>();
        values.forEach((key, value) -> {
            words.add(key);
            words.add(value);
        });
        jedis.mset(words.toArray(String[]::new));
    }

    @Override
    public List<@Nullable String> getAll(List<String> keys) {
        ofOneSlotIfCluster();
        return jedis.mget(keys.toArray(String[]::new));
    }

    @Override
    public long delete(Collection<String> keys) {
        ofOneSlotIfCluster();
        return jedis.del(keys.toArray(String[]::new));
    }

    private void ofOneSlotIfCluster() {
        if (cluster) {
            throw new UnsupportedOperationException("JedisCluster refuses keys of several slots itself");
        }
    }

    @Override
    public Set<String> scan(String pattern) {
        Set<String> keys = new HashSet<>();
        ScanIteration pages = jedis.scanIteration(50, pattern);
        while (!pages.isIterationCompleted()) {
            keys.addAll(pages.nextBatchList());
        }
        return keys;
    }

    @Override
    public Object script(String script, String key, String argument) {
        String digest = jedis.scriptLoad(script, key);
        return jedis.evalsha(digest, List.of(key), List.of(argument));
    }

    @Override
    public Object transaction(String key) {
        if (cluster) {
            throw new UnsupportedOperationException("JedisCluster has no transactions");
        }
        try (AbstractTransaction transaction = jedis.multi()) {
            transaction.set(key, "1");
            Response<Long> incremented = transaction.incr(key);
            transaction.exec();
            return incremented.get();
        }
    }

    @Override
    public void push(String key, String element) {
        jedis.rpush(key, element);
    }

    @Override
    public @Nullable String pop(String key, int seconds) {
        KeyValue<String, String> popped = jedis.blpop((double) seconds, key);
        return popped == null ? null : popped.getValue();
    }

    @Override
    public void subscribe(String channel, Consumer<String> listener) throws InterruptedException {
        CountDownLatch subscribed = new CountDownLatch(1);
        JedisPubSub subscription = new JedisPubSub() {
            @Override
            public void onMessage(String from, String message) {
                listener.accept(message);
                unsubscribe();
            }

            @Override
            public void onSubscribe(String to, int count) {
                subscribed.countDown();
            }
        };
        Thread.ofVirtual().start(() -> jedis.subscribe(subscription, channel));
        if (!subscribed.await(40, TimeUnit.SECONDS)) {
            throw new IllegalStateException("not subscribed within 10 s");
        }
    }

    @Override
    public void publish(String channel, String message) {
        jedis.publish(channel, message);
    }

    @Override
    public void close() {
        jedis.close();
    }
}
