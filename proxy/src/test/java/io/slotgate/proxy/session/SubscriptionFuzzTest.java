package io.slotgate.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.plane.FakeCluster;
import io.slotgate.proxy.plane.FakePubSub;
import io.slotgate.proxy.plane.Plane;
import io.slotgate.proxy.plane.TestClient;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients subscribe and leave at random while nodes are lost and slots move: each gets its own messages and no others. */
@Timeout(120)
class SubscriptionFuzzTest {
    private static final String[] VERBS = {"subscribe", "psubscribe", "ssubscribe"};
    private static final List<String> CHANNELS = List.of("ca", "cb", "da", "db", "{s}1", "{s}2");
    private static final List<String> PATTERNS = List.of("c*", "d*", "*", "x*");

    @AutoClose
    private final FakeCluster cluster = new FakeCluster(3);
    private final FakePubSub pubsub = new FakePubSub(cluster);
    @AutoClose
    private final Plane plane = Plane.over(cluster);
    private final List<Model> clients = new ArrayList<>();
    private int messages;

    /** A client and what it should be subscribed to. */
    private static final class Model {
        private final TestClient client;
        private final int protocol;
        private final List<Set<String>> names = List.of(new LinkedHashSet<>(), new LinkedHashSet<>(),
                new LinkedHashSet<>());

        Model(TestClient client, int protocol) {
            this.client = client;
            this.protocol = protocol;
            if (protocol == 3) {
                client.call("HELLO", "3");
            }
        }

        int count(int kind) {
            return kind == 2 ? names.get(2).size() : names.get(0).size() + names.get(1).size();
        }

        boolean subscribed() {
            return count(0) + count(2) > 0;
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void everyClientGetsItsOwnMessages(long seed) {
        Random random = new Random(seed);
        for (int step = 0; step < 250; step++) {
            int dice = random.nextInt(20);
            if (clients.isEmpty() || (dice == 0 && clients.size() < 8)) {
                clients.add(new Model(plane.client(), 2 + random.nextInt(2)));
            } else if (dice < 8) {
                subscribe(any(random), random.nextInt(3), random);
            } else if (dice < 12) {
                unsubscribe(any(random), random.nextInt(3), random);
            } else if (dice == 12) {
                reset(any(random));
            } else if (dice == 13) {
                Model gone = clients.remove(random.nextInt(clients.size()));
                gone.client.close();
            } else if (dice == 14) {
                pubsub.cut(random.nextInt(3));
            } else if (dice == 15) {
                pubsub.move(SlotHash.slot("{s}"), random.nextInt(3));
            } else {
                publish(random);
            }
        }
        publish(random);
        clients.forEach(model -> model.client.close());
        plane.awaitCount(Metric.PUBSUB_TOPICS, 0);
        plane.awaitCount(Metric.SUBSCRIPTIONS, 0);
        clients.clear();
    }

    private Model any(Random random) {
        return clients.get(random.nextInt(clients.size()));
    }

    private static List<String> some(List<String> all, int kind, Random random) {
        List<String> some = new ArrayList<>();
        for (int i = 0; i <= random.nextInt(3); i++) {
            // Shard channels of one command share a slot.
            some.add(kind == 2 ? "{s}" + random.nextInt(4) : all.get(random.nextInt(all.size())));
        }
        return some;
    }

    private static void subscribe(Model model, int kind, Random random) {
        List<String> names = some(kind == 1 ? PATTERNS : CHANNELS, kind, random);
        model.client.ask(words(VERBS[kind], names));
        for (String name : names) {
            model.names.get(kind).add(name);
            assertThat(model.client.reply())
                    .isEqualTo("[" + VERBS[kind] + ", " + name + ", " + model.count(kind) + "]");
        }
    }

    private static void unsubscribe(Model model, int kind, Random random) {
        String verb = VERBS[kind].replace("sub", "unsub");
        List<String> named = random.nextInt(3) == 0
                ? List.of()
                : some(kind == 1 ? PATTERNS : CHANNELS, kind, random);
        model.client.ask(words(verb, named));
        List<String> names = named.isEmpty() ? List.copyOf(model.names.get(kind)) : named;
        for (String name : names) {
            model.names.get(kind).remove(name);
            assertThat(model.client.reply()).isEqualTo("[" + verb + ", " + name + ", " + model.count(kind) + "]");
        }
        if (names.isEmpty()) {
            assertThat(model.client.reply()).isEqualTo("[" + verb + ", (nil), " + model.count(kind) + "]");
        }
    }

    private void reset(Model model) {
        assertThat(model.client.call("RESET")).isEqualTo("RESET");
        clients.remove(model);
        clients.add(new Model(model.client, 2));
    }

    private static String[] words(String verb, List<String> names) {
        List<String> words = new ArrayList<>(names);
        words.add(0, verb);
        return words.toArray(String[]::new);
    }

    /** Publishes to every channel when the nodes have us down for what is wanted, and looks who got what. */
    private void publish(Random random) {
        awaitNodes();
        String message = "m" + messages++;
        List<String> channels = new ArrayList<>(CHANNELS);
        Collections.shuffle(channels, random);
        for (String channel : channels) {
            pubsub.publish(channel, message);
            pubsub.spublish(channel, message);
        }
        for (Model model : clients) {
            List<String> expected = expected(model, channels, message);
            assertThat(model.client.replies(expected.size())).containsExactlyInAnyOrderElementsOf(expected);
            assertThat(model.client.call("PING"))
                    .isEqualTo(model.protocol == 2 && model.subscribed() ? "[pong, ]" : "PONG");
        }
    }

    private static List<String> expected(Model model, List<String> channels, String message) {
        List<String> expected = new ArrayList<>();
        for (String channel : channels) {
            if (model.names.get(0).contains(channel)) {
                expected.add("[message, " + channel + ", " + message + "]");
            }
            if (model.names.get(2).contains(channel)) {
                expected.add("[smessage, " + channel + ", " + message + "]");
            }
            for (String pattern : model.names.get(1)) {
                if (channel.startsWith(pattern.substring(0, pattern.length() - 1))) {
                    expected.add("[pmessage, " + pattern + ", " + channel + ", " + message + "]");
                }
            }
        }
        return expected;
    }

    private void awaitNodes() {
        Set<String> names = new LinkedHashSet<>(CHANNELS);
        names.addAll(PATTERNS);
        names.addAll(List.of("{s}0", "{s}1", "{s}2", "{s}3"));
        await().untilAsserted(() -> {
            for (int kind = 0; kind < 3; kind++) {
                for (String name : names) {
                    int i = kind;
                    boolean wanted = clients.stream().anyMatch(model -> model.names.get(i).contains(name));
                    assertThat(pubsub.count(VERBS[kind], name)).as(VERBS[kind] + " " + name).isEqualTo(wanted ? 1 : 0);
                }
            }
        });
    }
}
