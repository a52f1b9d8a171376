package io.slotgate.it;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.KeyValue;
import io.lettuce.core.LettuceFutures;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Lettuce: RedisClient and RedisClusterClient. */
record MatrixLettuce(AbstractRedisClient client, RedisClusterCommands<String, String> sync,
        RedisClusterAsyncCommands<String, String> async,
        Supplier<StatefulRedisPubSubConnection<String, String>> subscriptions) implements MatrixClient {

    static MatrixLettuce of(RedisClient client) {
        StatefulRedisConnection<String, String> connection = client.connect();
        return new MatrixLettuce(client, connection.sync(), connection.async(), client::connectPubSub);
    }

    static MatrixLettuce of(RedisClusterClient client) {
        StatefulRedisClusterConnection<String, String> connection = client.connect();
        return new MatrixLettuce(client, connection.sync(), connection.async(), client::connectPubSub);
    }

    @Override
    public void set(String key, String value) {
        sync.set(key, value);
    }

    @Override
    public @Nullable String get(String key) {
        return sync.get(key);
    }

    @Override
    public long increment(String key) {
        return sync.incr(key);
    }

    @Override
    public void setHash(String key, Map<String, String> fields) {
        sync.hset(key, fields);
    }

    @Override
    public Map<String, String> hash(String key) {
        return sync.hgetall(key);
    }

    @Override
    public List<String> pipeline(List<String> keys) throws ExecutionException, InterruptedException {
        keys.forEach(key -> async.set(key, key));
        List<RedisFuture<String>> values = keys.stream().map(async::get).toList();
        LettuceFutures.awaitAll(Duration.ofSeconds(30), values.toArray(RedisFuture[]::new));
        List<String> read = new ArrayList<>();
        for (RedisFuture<String> value : values) {
            read.add(value.get());
        }
        return read;
    }

    @Override
    public void setAll(Map<String, String> values) {
        sync.mset(values);
    }

    @Override
    public List<@Nullable String> getAll(List<String> keys) {
        List<@Nullable String> values = new ArrayList<>();
        sync.mget(keys.toArray(String[]::new)).forEach(value -> values.add(value.getValueOrElse(null)));
        return values;
    }

    @Override
    public long delete(Collection<String> keys) {
        return sync.del(keys.toArray(String[]::new));
    }

    @Override
    public Set<String> scan(String pattern) {
        Set<String> keys = new HashSet<>();
        ScanArgs pages = ScanArgs.Builder.limit(50).match(pattern);
        KeyScanCursor<String> page = sync.scan(ScanCursor.INITIAL, pages);
        keys.addAll(page.getKeys());
        while (!page.isFinished()) {
            page = sync.scan(page, pages);
            keys.addAll(page.getKeys());
        }
        return keys;
    }

    @Override
    public Object script(String script, String key, String argument) {
        return sync.evalsha(sync.scriptLoad(script), ScriptOutputType.VALUE, new String[]{key}, argument);
    }

    @Override
    public Object transaction(String key) {
        if (!(sync instanceof RedisCommands<String, String> commands)) {
            throw new UnsupportedOperationException("RedisClusterClient has no transactions over its own connection");
        }
        commands.multi();
        commands.set(key, "1");
        commands.incr(key);
        return commands.exec().get(1);
    }

    @Override
    public void push(String key, String element) {
        sync.rpush(key, element);
    }

    @Override
    public @Nullable String pop(String key, int seconds) {
        KeyValue<String, String> popped = sync.blpop(seconds, key);
        return popped == null ? null : popped.getValue();
    }

    @Override
    public void subscribe(String channel, Consumer<String> listener) {
        StatefulRedisPubSubConnection<String, String> subscription = subscriptions.get();
        subscription.addListener(new RedisPubSubAdapter<>() {
            @Override
            public void message(String from, String message) {
                listener.accept(message);
            }
        });
        subscription.sync().subscribe(channel);
    }

    @Override
    public void publish(String channel, String message) {
        sync.publish(channel, message);
    }

    @Override
    public void close() {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(5));
    }
}
