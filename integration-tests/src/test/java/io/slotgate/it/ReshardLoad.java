package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One client that works on keys of its own, knows what each reply must be, and stops at the first that is not. Per hash tag it
 * has a counter, a hash, a list and three strings that are set, read and deleted together.
 */
final class ReshardLoad {
    private final ProxyFixture proxy;
    private final int protocol;
    private final List<String> tags;
    private final Random random;
    private final Map<String, String> strings = new HashMap<>();
    private final Map<String, Long> counters = new HashMap<>();
    private final Map<String, Long> lists = new HashMap<>();
    private final AtomicInteger rounds = new AtomicInteger();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile boolean stopping;
    private @Nullable Thread thread;

    ReshardLoad(ProxyFixture proxy, int number, int protocol, List<String> tags) {
        this.proxy = proxy;
        this.protocol = protocol;
        this.tags = tags;
        this.random = new Random(number);
    }

    void start() {
        thread = Thread.ofPlatform().start(() -> {
            try (Wire client = proxy.connect()) {
                client.call("HELLO", Integer.toString(protocol));
                while (!stopping) {
                    round(client);
                    rounds.incrementAndGet();
                }
                checkAll(client);
            } catch (Throwable e) {
                failure.set(e);
            }
        });
    }

    /** Waits until it went so many more times over all its keys. */
    void awaitRounds(int more) {
        int goal = rounds.get() + more;
        await().atMost(ProxyFixture.PATIENCE.multipliedBy(4))
                .until(() -> rounds.get() >= goal || failure.get() != null);
    }

    void stop() {
        stopping = true;
    }

    /** Waits for the end and fails if any reply was wrong. */
    void finish() throws InterruptedException {
        Objects.requireNonNull(thread).join();
        Throwable cause = failure.get();
        if (cause != null) {
            throw new AssertionError("wrong after " + rounds + " rounds: " + cause, cause);
        }
    }

    /** How many keys it left behind. */
    long keysLeft() {
        return strings.size() + counters.size() + 2L * lists.size();
    }

    private void round(Wire client) throws IOException {
        for (int i = 0; i < tags.size(); i += 10) {
            List<String> some = tags.subList(i, Math.min(i + 10, tags.size()));
            // A pipeline of everything on some tags, then commands over slots and within them, one by one.
            pipeline(client, some);
            within(client, some.get(random.nextInt(some.size())));
            over(client, some);
        }
    }

    private void pipeline(Wire client, List<String> some) throws IOException {
        for (String tag : some) {
            client.send("INCR", tag + ":n");
            client.send("RPUSH", tag + ":l", "x" + lists.getOrDefault(tag, 0L));
            client.send("HINCRBY", tag + ":h", "f", "2");
            client.send("LINDEX", tag + ":l", "-1");
        }
        for (String tag : some) {
            long count = counters.merge(tag, 1L, Long::sum);
            assertThat(client.read()).as("INCR %s", tag).isEqualTo(count);
            long length = lists.merge(tag, 1L, Long::sum);
            assertThat(client.read()).as("RPUSH %s", tag).isEqualTo(length);
            assertThat(client.read()).as("HINCRBY %s", tag).isEqualTo(2 * length);
            assertThat(client.read()).as("LINDEX %s", tag).isEqualTo("x" + (length - 1));
        }
    }

    /** Several keys of one slot. */
    private void within(Wire client, String tag) throws IOException {
        String[] keys = {tag + ":a", tag + ":b", tag + ":c"};
        String value = "v" + random.nextInt(1_000_000);
        assertThat(client.call("MSET", keys[0], value + "a", keys[1], value + "b", keys[2], value + "c"))
                .isEqualTo("OK");
        assertThat(client.call("MGET", keys[0], keys[1], keys[2]))
                .isEqualTo(List.of(value + "a", value + "b", value + "c"));
        assertThat(client.call("EXISTS", keys[0], keys[1], keys[2], keys[0])).isEqualTo(4L);
        strings.put(keys[0], value + "a");
        strings.put(keys[1], value + "b");
        strings.put(keys[2], value + "c");
        if (random.nextInt(4) == 0) {
            assertThat(client.call(random.nextBoolean() ? "DEL" : "UNLINK", keys[0], keys[2])).isEqualTo(2L);
            strings.remove(keys[0]);
            strings.remove(keys[2]);
            assertThat(client.call("TOUCH", keys[0], keys[1], keys[2])).isEqualTo(1L);
        }
    }

    /** Keys of several slots at once. */
    private void over(Wire client, List<String> some) throws IOException {
        String[] mset = new String[1 + 2 * some.size()];
        String[] mget = new String[1 + some.size()];
        mset[0] = "MSET";
        mget[0] = "MGET";
        for (int i = 0; i < some.size(); i++) {
            String key = some.get(i) + ":b";
            String value = "o" + random.nextInt(1_000_000);
            strings.put(key, value);
            mset[1 + 2 * i] = key;
            mset[2 + 2 * i] = value;
            mget[1 + i] = key;
        }
        assertThat(client.call(mset)).isEqualTo("OK");
        assertThat(client.call(mget)).isEqualTo(some.stream().map(tag -> strings.get(tag + ":b")).toList());
    }

    private void checkAll(Wire client) throws IOException {
        for (Map.Entry<String, String> each : strings.entrySet()) {
            assertThat(client.call("GET", each.getKey())).as(each.getKey()).isEqualTo(each.getValue());
        }
        for (Map.Entry<String, Long> each : counters.entrySet()) {
            assertThat(client.call("GET", each.getKey() + ":n")).as(each.getKey())
                    .isEqualTo(each.getValue().toString());
        }
        for (Map.Entry<String, Long> each : lists.entrySet()) {
            List<?> list = (List<?>) Objects.requireNonNull(client.call("LRANGE", each.getKey() + ":l", "0", "-1"));
            assertThat(list).as(each.getKey()).hasSize(each.getValue().intValue());
            for (int i = 0; i < list.size(); i++) {
                assertThat(list.get(i)).isEqualTo("x" + i);
            }
        }
    }
}
