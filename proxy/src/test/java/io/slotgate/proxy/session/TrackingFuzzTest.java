package io.slotgate.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.plane.FakeCluster;
import io.slotgate.proxy.plane.FakeTracking;
import io.slotgate.proxy.plane.Plane;
import io.slotgate.proxy.plane.TestClient;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients that cache what they read and drop what they are told is invalid, while replies and what the nodes say of changes
 * come late by chance, nodes are lost and slots move. Values only grow: none of them may ever read or keep one that is older
 * than what it has seen; and when all is quiet each cache holds what the nodes hold.
 */
@Timeout(120)
class TrackingFuzzTest {
    private static final List<String> KEYS = List.of("a", "b", "c", "{s}1", "{s}2", "{s}3", "x1", "x2");
    private static final Pattern INVALID = Pattern.compile("\\[invalidate, (\\(nil\\)|\\[(.*)])]");

    @AutoClose
    private final FakeCluster cluster = new FakeCluster(3);
    private final FakeTracking nodes = new FakeTracking(cluster);
    @AutoClose
    private final Plane plane = Plane.over(cluster);
    private final List<Model> clients = new ArrayList<>();
    private long version;

    /** A client, what it has asked, and its cache. */
    private static final class Model {
        private final TestClient client;
        private final boolean bcast;
        private final ArrayDeque<List<String>> asked = new ArrayDeque<>();
        private final Map<String, Long> cache = new HashMap<>();

        Model(TestClient client, boolean bcast) {
            this.client = client;
            this.bcast = bcast;
            client.call("HELLO", "3");
            assertThat(client.call(bcast
                    ? new String[]{"CLIENT", "TRACKING", "ON", "BCAST", "PREFIX", "{s}", "PREFIX", "x"}
                    : new String[]{"CLIENT", "TRACKING", "ON"})).isEqualTo("OK");
        }

        boolean tracks(String key) {
            return !bcast || key.startsWith("{s}") || key.startsWith("x");
        }

        void ask(List<String> command) {
            asked.add(command);
            client.ask(command.toArray(String[]::new));
        }

        /** Takes the next thing that comes. */
        void take() {
            String reply = client.reply();
            Matcher invalid = INVALID.matcher(reply);
            if (invalid.matches()) {
                if (invalid.group(2) == null) {
                    cache.clear();
                } else {
                    List.of(invalid.group(2).split(", ")).forEach(cache::remove);
                }
                return;
            }
            List<String> command = Objects.requireNonNull(asked.poll(), reply);
            switch (command.getFirst()) {
                case "GET" -> read(command.get(1), reply);
                case "MGET" -> {
                    String[] values = reply.substring(1, reply.length() - 1).split(", ");
                    for (int i = 0; i < values.length; i++) {
                        read(command.get(i + 1), values[i]);
                    }
                }
                default -> assertThat(reply).containsAnyOf("OK", "PONG", "-UNCERTAIN");
            }
        }

        /** Takes everything up to the last reply. */
        void takeAll() {
            while (!asked.isEmpty()) {
                take();
            }
        }

        private void read(String key, String value) {
            long read = value.equals("(nil)") ? 0 : Long.parseLong(value);
            Long cached = cache.get(key);
            assertThat(read).as(key).isGreaterThanOrEqualTo(cached == null ? 0 : cached);
            if (tracks(key)) {
                cache.put(key, read);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void noCacheKeepsWhatHasChanged(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 4; i++) {
            clients.add(new Model(plane.client(), i == 3));
        }
        nodes.delay(seed);
        for (int step = 0; step < 1500; step++) {
            int dice = random.nextInt(100);
            Model model = clients.get(random.nextInt(clients.size()));
            if (dice < 45) {
                model.ask(List.of("GET", key(random)));
            } else if (dice < 55) {
                model.ask(List.of("MGET", key(random), key(random), key(random)));
            } else if (dice < 70) {
                // Nothing else is written meanwhile, so that versions come to the nodes in their order.
                model.ask(List.of("SET", key(random), next()));
                model.takeAll();
            } else if (dice < 85) {
                nodes.change(key(random), next());
            } else if (dice < 87) {
                nodes.move(SlotHash.slot("{s}"), random.nextInt(3));
                plane.follow(cluster.map());
            } else if (dice == 87) {
                quiet(true);
                nodes.cut(random.nextInt(3));
            } else if (dice == 88) {
                nodes.flush(random.nextInt(3));
            } else if (dice < 91) {
                quiet(random.nextBoolean());
            } else if (!model.asked.isEmpty()) {
                int left = model.asked.size();
                while (model.asked.size() == left) {
                    model.take();
                }
            }
        }
        quiet(true);
        clients.forEach(each -> each.client.close());
    }

    private static String key(Random random) {
        return KEYS.get(random.nextInt(KEYS.size()));
    }

    private String next() {
        return Long.toString(++version);
    }

    /** Reads everything that is under way; if {@code compare}, waits until no cache holds what the nodes don't. */
    private void quiet(boolean compare) {
        for (Model model : clients) {
            model.ask(List.of("PING"));
            model.takeAll();
        }
        if (compare) {
            Awaitility.await().untilAsserted(() -> {
                for (Model model : clients) {
                    model.ask(List.of("PING"));
                    model.takeAll();
                    model.cache.forEach((key, cached) -> {
                        String there = cluster.get(key);
                        assertThat(cached).as(key).isEqualTo(there == null ? 0 : Long.parseLong(there));
                    });
                }
            });
        }
    }
}
