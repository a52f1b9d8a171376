package io.slotgate.it;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.params.XAddParams;
import redis.clients.jedis.resps.Tuple;

/** Mixed keys through a pipeline of Jedis. */
@SuppressWarnings("ArrayAsKeyOfSetOrMap") // the types that Jedis takes
record JedisKeys(AbstractPipeline pipeline) implements MixedKeyClient {
    private static final byte[] ALL_FROM = {'-'};
    private static final byte[] ALL_TO = {'+'};

    @Override
    public Supplier<Object> write(MixedKey key) {
        byte[] name = key.name();
        byte[][] elements = new byte[key.size()][];
        IdentityHashMap<byte[], byte[]> fields = new IdentityHashMap<>();
        IdentityHashMap<byte[], Double> scores = new IdentityHashMap<>();
        for (int i = 0; i < key.size(); i++) {
            elements[i] = key.element(i);
            fields.put(Integer.toString(i).getBytes(Wire.BYTES), key.element(i));
            scores.put(key.element(i), key.score(i));
        }
        Response<?> response = switch (key.kind()) {
            case STRING -> pipeline.set(name, elements[0]);
            case HASH -> pipeline.hset(name, fields);
            case LIST -> pipeline.rpush(name, elements);
            case SET -> pipeline.sadd(name, elements);
            case SORTED_SET -> pipeline.zadd(name, scores);
            case STREAM -> entries(name, elements);
        };
        return response::get;
    }

    private Response<?> entries(byte[] name, byte[][] elements) {
        Response<?> last = pipeline.xadd(name, entry(1), Map.of(new byte[]{'f'}, elements[0]));
        for (int i = 1; i < elements.length; i++) {
            last = pipeline.xadd(name, entry(i + 1), Map.of(new byte[]{'f'}, elements[i]));
        }
        return last;
    }

    private static XAddParams entry(int sequence) {
        return XAddParams.xAddParams().id("1-" + sequence);
    }

    @Override
    public Supplier<Object> read(MixedKey key) {
        byte[] name = key.name();
        return switch (key.kind()) {
            case STRING -> told(pipeline.get(name), MixedKey::text);
            case HASH -> told(pipeline.hgetAll(name), JedisKeys::fields);
            case LIST -> told(pipeline.lrange(name, 0, -1), list -> list.stream().map(MixedKey::text).toList());
            case SET -> told(pipeline.smembers(name),
                    set -> new TreeSet<>(set.stream().map(MixedKey::text).toList()));
            case SORTED_SET -> told(pipeline.zrangeWithScores(name, 0, -1), JedisKeys::scores);
            case STREAM -> told(pipeline.xrange(name, ALL_FROM, ALL_TO), JedisKeys::entries);
        };
    }

    private static <T> Supplier<Object> told(Response<T> response, java.util.function.Function<T, Object> telling) {
        return () -> telling.apply(response.get());
    }

    private static Object fields(Map<byte[], byte[]> fields) {
        Map<String, String> told = new TreeMap<>();
        fields.forEach((field, value) -> told.put(MixedKey.text(field), MixedKey.text(value)));
        return told;
    }

    private static Object scores(List<Tuple> scores) {
        Map<String, Double> told = new TreeMap<>();
        scores.forEach(each -> told.put(MixedKey.text(each.getBinaryElement()), each.getScore()));
        return told;
    }

    /** Each entry is a list of its id and a list of its field and value. */
    private static Object entries(List<Object> entries) {
        List<String> told = new ArrayList<>();
        for (Object entry : entries) {
            told.add(MixedKey.text((byte[]) ((List<?>) ((List<?>) entry).get(1)).get(1)));
        }
        return told;
    }
}
