package io.slotgate.it;

import io.lettuce.core.protocol.ProtocolVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.Cursor;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.RedisOperations;
import org.springframework.data.redis.core.ScanOptions;
import org.springframework.data.redis.core.SessionCallback;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;
import org.springframework.data.redis.listener.ChannelTopic;
import org.springframework.data.redis.listener.RedisMessageListenerContainer;

/** Spring Data Redis over Lettuce: StringRedisTemplate and a listener container. */
record MatrixSpring(LettuceConnectionFactory connections, StringRedisTemplate template,
        RedisMessageListenerContainer container, boolean cluster) implements MatrixClient {

    static MatrixSpring of(Clients clients, boolean cluster) {
        LettuceClientConfiguration settings = LettuceClientConfiguration.builder()
                .clientOptions(clients.options(ProtocolVersion.RESP3)).commandTimeout(Duration.ofSeconds(30)).useSsl()
                .build();
        LettuceConnectionFactory connections = cluster
                ? new LettuceConnectionFactory(
                        new RedisClusterConfiguration(List.of("localhost:" + clients.port())), settings)
                : new LettuceConnectionFactory(new RedisStandaloneConfiguration("localhost", clients.port()), settings);
        connections.afterPropertiesSet();
        connections.start();
        RedisMessageListenerContainer container = new RedisMessageListenerContainer();
        container.setConnectionFactory(connections);
        container.afterPropertiesSet();
        return new MatrixSpring(connections, new StringRedisTemplate(connections), container, cluster);
    }

    @Override
    public void set(String key, String value) {
        template.opsForValue().set(key, value);
    }

    @Override
    public @Nullable String get(String key) {
        return template.opsForValue().get(key);
    }

    @Override
    public long increment(String key) {
        return Objects.requireNonNull(template.opsForValue().increment(key));
    }

    @Override
    public void setHash(String key, Map<String, String> fields) {
        template.opsForHash().putAll(key, fields);
    }

    @Override
    public Map<String, String> hash(String key) {
        return Objects.requireNonNull(template.<String, String>opsForHash().entries(key));
    }

    @Override
    @SuppressWarnings("NullAway") // Spring wants null from the callback of a pipeline.
    public List<String> pipeline(List<String> keys) {
        List<Object> replies = template.executePipelined((RedisCallback<Object>) connection -> {
            keys.forEach(key -> connection.stringCommands().set(key.getBytes(Wire.BYTES), key.getBytes(Wire.BYTES)));
            keys.forEach(key -> connection.stringCommands().get(key.getBytes(Wire.BYTES)));
            return null;
        });
        return replies.subList(keys.size(), replies.size()).stream().map(String.class::cast).toList();
    }

    @Override
    public void setAll(Map<String, String> values) {
        template.opsForValue().multiSet(values);
    }

    @Override
    public List<@Nullable String> getAll(List<String> keys) {
        return Objects.requireNonNull(template.opsForValue().multiGet(keys));
    }

    @Override
    public long delete(Collection<String> keys) {
        return Objects.requireNonNull(template.delete(keys));
    }

    @Override
    public Set<String> scan(String pattern) {
        Set<String> keys = new HashSet<>();
        try (Cursor<String> pages = template.scan(ScanOptions.scanOptions().match(pattern).count(50).build())) {
            pages.forEachRemaining(keys::add);
        }
        return keys;
    }

    @Override
    public Object script(String script, String key, String argument) {
        return Objects.requireNonNull(template.execute(RedisScript.of(script, String.class), List.of(key), argument));
    }

    @Override
    public Object transaction(String key) {
        if (cluster) {
            throw new UnsupportedOperationException("Spring Data has no transactions for a cluster");
        }
        List<Object> replies = template.execute(new SessionCallback<>() {
            @Override
            @SuppressWarnings("unchecked") // as the interface wants it
            public <K, V> List<Object> execute(RedisOperations<K, V> operations) {
                RedisOperations<String, String> strings = (RedisOperations<String, String>) operations;
                strings.multi();
                strings.opsForValue().set(key, "1");
                strings.opsForValue().increment(key);
                return strings.exec();
            }
        });
        return new ArrayList<>(Objects.requireNonNull(replies)).get(1);
    }

    @Override
    public void push(String key, String element) {
        template.opsForList().rightPush(key, element);
    }

    @Override
    public @Nullable String pop(String key, int seconds) {
        return template.opsForList().leftPop(key, Duration.ofSeconds(seconds));
    }

    @Override
    public void subscribe(String channel, Consumer<String> listener) {
        container.addMessageListener((message, pattern) -> listener.accept(new String(message.getBody(), Wire.BYTES)),
                new ChannelTopic(channel));
        // Returns when it is subscribed.
        container.start();
    }

    @Override
    public void publish(String channel, String message) {
        template.convertAndSend(channel, message);
    }

    @Override
    public void close() throws Exception {
        container.destroy();
        connections.destroy();
    }
}
