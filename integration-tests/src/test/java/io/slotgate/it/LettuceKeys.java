package io.slotgate.it;

import io.lettuce.core.Range;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScoredValue;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XAddArgs;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Mixed keys through Lettuce, whose commands go out as they are called. */
@SuppressWarnings("ArrayAsKeyOfSetOrMap") // the types that Lettuce takes
record LettuceKeys(RedisClusterAsyncCommands<byte[], byte[]> commands) implements MixedKeyClient {
    private static final byte[] FIELD = {'f'};

    @Override
    public Supplier<Object> write(MixedKey key) {
        byte[] name = key.name();
        byte[][] elements = new byte[key.size()][];
        IdentityHashMap<byte[], byte[]> fields = new IdentityHashMap<>();
        ScoredValue<byte[]>[] scores = scores(key);
        for (int i = 0; i < key.size(); i++) {
            elements[i] = key.element(i);
            fields.put(Integer.toString(i).getBytes(Wire.BYTES), key.element(i));
        }
        RedisFuture<?> reply = switch (key.kind()) {
            case STRING -> commands.set(name, elements[0]);
            case HASH -> commands.hset(name, fields);
            case LIST -> commands.rpush(name, elements);
            case SET -> commands.sadd(name, elements);
            case SORTED_SET -> commands.zadd(name, scores);
            case STREAM -> entries(name, elements);
        };
        return () -> reply.toCompletableFuture().join();
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // Java has no generic arrays
    private static ScoredValue<byte[]>[] scores(MixedKey key) {
        ScoredValue<byte[]>[] scores = new ScoredValue[key.size()];
        for (int i = 0; i < key.size(); i++) {
            scores[i] = ScoredValue.just(key.score(i), key.element(i));
        }
        return scores;
    }

    private RedisFuture<?> entries(byte[] name, byte[][] elements) {
        RedisFuture<?> last = commands.xadd(name, new XAddArgs().id("1-1"), Map.of(FIELD, elements[0]));
        for (int i = 1; i < elements.length; i++) {
            last = commands.xadd(name, new XAddArgs().id("1-" + (i + 1)), Map.of(FIELD, elements[i]));
        }
        return last;
    }

    @Override
    public Supplier<Object> read(MixedKey key) {
        byte[] name = key.name();
        CompletionStage<Object> told = switch (key.kind()) {
            case STRING -> commands.get(name).thenApply(MixedKey::text);
            case HASH -> commands.hgetall(name).thenApply(LettuceKeys::fields);
            case LIST -> commands.lrange(name, 0, -1).thenApply(list -> list.stream().map(MixedKey::text).toList());
            case SET -> commands.smembers(name)
                    .thenApply(set -> new TreeSet<>(set.stream().map(MixedKey::text).toList()));
            case SORTED_SET -> commands.zrangeWithScores(name, 0, -1).thenApply(LettuceKeys::scores);
            case STREAM -> commands.xrange(name, Range.unbounded()).thenApply(LettuceKeys::entries);
        };
        return () -> told.toCompletableFuture().join();
    }

    private static Object fields(Map<byte[], byte[]> fields) {
        Map<String, String> told = new TreeMap<>();
        fields.forEach((field, value) -> told.put(MixedKey.text(field), MixedKey.text(value)));
        return told;
    }

    private static Object scores(List<ScoredValue<byte[]>> scores) {
        Map<String, Double> told = new TreeMap<>();
        scores.forEach(each -> told.put(MixedKey.text(each.getValue()), each.getScore()));
        return told;
    }

    private static Object entries(List<StreamMessage<byte[], byte[]>> entries) {
        return entries.stream().map(entry -> MixedKey.text(entry.getBody().values().iterator().next())).toList();
    }
}
