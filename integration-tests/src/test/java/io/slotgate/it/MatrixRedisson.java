package io.slotgate.it;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.redisson.Redisson;
import org.redisson.api.BatchOptions;
import org.redisson.api.BatchOptions.ExecutionMode;
import org.redisson.api.RBatch;
import org.redisson.api.RFuture;
import org.redisson.api.RScript;
import org.redisson.api.RedissonClient;
import org.redisson.api.options.KeysScanOptions;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;

/** Redisson, by its objects: buckets, maps, batches, queues, topics. */
record MatrixRedisson(RedissonClient redisson) implements MatrixClient {

    static MatrixRedisson of(Clients clients, boolean cluster) throws IOException {
        Config config = new Config();
        config.setCodec(StringCodec.INSTANCE);
        config.setSslTrustManagerFactory(Certificates.trust(clients.ca()));
        config.setThreads(4).setNettyThreads(4);
        String address = "rediss://localhost:" + clients.port();
        if (cluster) {
            config.useClusterServers().addNodeAddress(address).setTimeout(30_000).setMasterConnectionPoolSize(8)
                    .setMasterConnectionMinimumIdleSize(2).setSlaveConnectionPoolSize(8)
                    .setSlaveConnectionMinimumIdleSize(2).setSubscriptionConnectionPoolSize(4);
        } else {
            config.useSingleServer().setAddress(address).setTimeout(30_000).setConnectionPoolSize(8)
                    .setConnectionMinimumIdleSize(2).setSubscriptionConnectionPoolSize(4);
        }
        return new MatrixRedisson(Redisson.create(config));
    }

    @Override
    public void set(String key, String value) {
        redisson.<String>getBucket(key).set(value);
    }

    @Override
    public @Nullable String get(String key) {
        return redisson.<String>getBucket(key).get();
    }

    @Override
    public long increment(String key) {
        return redisson.getAtomicLong(key).incrementAndGet();
    }

    @Override
    public void setHash(String key, Map<String, String> fields) {
        redisson.<String, String>getMap(key).putAll(fields);
    }

    @Override
    public Map<String, String> hash(String key) {
        return redisson.<String, String>getMap(key).readAllMap();
    }

    @Override
    public List<String> pipeline(List<String> keys) {
        RBatch batch = redisson.createBatch();
        keys.forEach(key -> batch.<String>getBucket(key).setAsync(key));
        List<RFuture<String>> values = keys.stream().map(key -> batch.<String>getBucket(key).getAsync()).toList();
        batch.execute();
        return values.stream().map(value -> value.toCompletableFuture().join()).toList();
    }

    @Override
    public void setAll(Map<String, String> values) {
        redisson.getBuckets().set(values);
    }

    @Override
    public List<@Nullable String> getAll(List<String> keys) {
        Map<String, String> values = redisson.getBuckets().get(keys.toArray(String[]::new));
        List<@Nullable String> inOrder = new ArrayList<>();
        keys.forEach(key -> inOrder.add(values.get(key)));
        return inOrder;
    }

    @Override
    public long delete(Collection<String> keys) {
        return redisson.getKeys().delete(keys.toArray(String[]::new));
    }

    @Override
    public Set<String> scan(String pattern) {
        return redisson.getKeys().getKeysStream(KeysScanOptions.defaults().pattern(pattern).chunkSize(50))
                .collect(Collectors.toSet());
    }

    @Override
    public Object script(String script, String key, String argument) {
        return redisson.getScript().eval(key, RScript.Mode.READ_WRITE, script, RScript.ReturnType.VALUE,
                List.of(key), argument);
    }

    @Override
    public Object transaction(String key) {
        RBatch batch = redisson.createBatch(BatchOptions.defaults().executionMode(ExecutionMode.REDIS_WRITE_ATOMIC));
        batch.<String>getBucket(key).setAsync("1");
        RFuture<Long> incremented = batch.getAtomicLong(key).incrementAndGetAsync();
        batch.execute();
        return incremented.toCompletableFuture().join();
    }

    @Override
    public void push(String key, String element) {
        redisson.<String>getQueue(key).add(element);
    }

    @Override
    public @Nullable String pop(String key, int seconds) throws InterruptedException {
        return redisson.<String>getBlockingQueue(key).poll(seconds, TimeUnit.SECONDS);
    }

    @Override
    public void subscribe(String channel, Consumer<String> listener) {
        redisson.getTopic(channel).addListener(String.class, (from, message) -> listener.accept(message));
    }

    @Override
    public void publish(String channel, String message) {
        redisson.getTopic(channel).publish(message);
    }

    @Override
    public void close() {
        redisson.shutdown();
    }
}
