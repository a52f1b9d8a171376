package io.slotgate.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.plane.FakeCluster;
import io.slotgate.proxy.plane.Plane;
import io.slotgate.proxy.plane.TestClient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Sessions that do anything in any order: MULTI, EXEC, DISCARD, WATCH, UNWATCH, RESET, legal and illegal commands, while slots
 * move and clients leave; compared with a model of one server.
 */
@Timeout(120)
class TransactionFuzzTest {
    private static final String ABORTED = "-EXECABORT Transaction discarded because of previous errors.";
    private static final String CROSSED = "-CROSSSLOT Keys in request don't hash to the same slot";
    private static final String NOT_ALLOWED = "-ERR Command not allowed inside a transaction";

    /** What one server would answer. */
    private static final class Model {
        final Map<String, String> data = new HashMap<>();
        final Map<String, Integer> changes = new HashMap<>();

        String run(List<String> words) {
            String key = words.get(1);
            return switch (words.getFirst()) {
                case "GET" -> data.getOrDefault(key, "(nil)");
                case "STRLEN" -> String.valueOf(data.getOrDefault(key, "").length());
                case "APPEND" -> {
                    changed(key);
                    yield String.valueOf(data.merge(key, words.get(2), String::concat).length());
                }
                case "SET" -> {
                    changed(key);
                    data.put(key, words.get(2));
                    yield "OK";
                }
                default -> throw new AssertionError(words);
            };
        }

        void changed(String key) {
            changes.merge(key, 1, Integer::sum);
        }

        int changes(String key) {
            return changes.getOrDefault(key, 0);
        }
    }

    /** What a client knows of itself. */
    private static final class Expected {
        final TestClient client;
        @Nullable
        List<List<String>> queued;
        boolean broken;
        /** Slot of the open transaction, or what is watched; -1 if none. */
        int slot = -1;
        final Map<String, Integer> watched = new HashMap<>();
        /** The node that watches. */
        int watchedAt;
        /** Something was found to have moved since it was watched. */
        boolean lost;

        Expected(TestClient client) {
            this.client = client;
        }

        int watchedSlot() {
            return watched.isEmpty() ? -1 : SlotHash.slot(watched.keySet().iterator().next());
        }

        void unwatch() {
            watched.clear();
            lost = false;
        }

        String end() {
            queued = null;
            broken = false;
            unwatch();
            return "OK";
        }
    }

    private final Model model = new Model();
    @AutoClose
    private final FakeCluster cluster = new FakeCluster(3);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void answersAsOneServerDoes(long seed) {
        Random random = new Random(seed);
        try (Plane plane = Plane.over(cluster)) {
            List<String> keys = new ArrayList<>();
            for (int node = 0; node < 3; node++) {
                String key = cluster.key(node, "k");
                keys.addAll(List.of(key, "{" + key + "}2", "{" + key + "}3"));
            }
            List<Expected> clients = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                clients.add(new Expected(plane.client()));
            }
            for (int step = 0; step < 1500; step++) {
                int i = random.nextInt(clients.size());
                int chance = random.nextInt(200);
                if (chance == 0) {
                    move(keys.get(random.nextInt(keys.size())), random.nextInt(3));
                    boolean watched = clients.stream().anyMatch(each -> !each.watched.isEmpty());
                    if (watched || random.nextBoolean()) {
                        plane.follow(cluster.map());
                    }
                } else if (chance == 1) {
                    clients.get(i).client.close();
                    clients.set(i, new Expected(plane.client()));
                } else {
                    pipeline(clients.get(i), keys, random, seed + "/" + step);
                }
            }
            clients.forEach(each -> each.client.close());
            plane.awaitCount(Metric.LEASES, 0);
            for (int node = 0; node < 3; node++) {
                assertThat(cluster.node(node).commands("multi")).hasSameSizeAs(cluster.node(node).commands("exec"));
            }
            for (String key : keys) {
                assertThat(cluster.get(key)).as(key).isEqualTo(model.data.get(key));
            }
        }
    }

    private void move(String key, int to) {
        int slot = SlotHash.slot(key);
        model.data.keySet().stream().filter(each -> SlotHash.slot(each) == slot).forEach(model::changed);
        cluster.move(slot, to);
    }

    private void pipeline(Expected client, List<String> keys, Random random, String where) {
        StringBuilder sent = new StringBuilder();
        List<String> commands = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        int count = 1 + random.nextInt(6);
        for (int i = 0; i < count; i++) {
            List<String> words = command(keys, random);
            commands.add(words.toString());
            sent.append(TestClient.command(words.toArray(String[]::new)));
            expected.add(expect(client, words));
        }
        assertThat(client.client.send(sent.toString()).replies(count)).as("%s: %s", where, commands)
                .containsExactlyElementsOf(expected);
    }

    private static List<String> command(List<String> keys, Random random) {
        String key = keys.get(random.nextInt(keys.size()));
        // Mostly on one slot, or hardly a transaction would do anything.
        String usual = keys.get(random.nextInt(3));
        return switch (random.nextInt(16)) {
            case 0, 1 -> List.of("MULTI");
            case 2, 3, 4 -> List.of("EXEC");
            case 5 -> List.of(random.nextBoolean() ? "DISCARD" : "UNWATCH");
            case 6, 7 -> List.of("WATCH", usual);
            case 8 -> List.of("WATCH", key, usual);
            case 9 -> random.nextInt(4) == 0 ? List.of("RESET") : List.of("GET");
            case 10 -> List.of("APPEND", key, "" + random.nextInt(10));
            case 11 -> List.of("SET", key, "v" + random.nextInt(100));
            case 12 -> List.of("GET", usual);
            case 13 -> List.of("STRLEN", usual);
            default -> List.of("APPEND", usual, "" + random.nextInt(10));
        };
    }

    private String expect(Expected client, List<String> words) {
        return client.queued == null ? outside(client, words) : inside(client, client.queued, words);
    }

    private String outside(Expected client, List<String> words) {
        return switch (words.getFirst()) {
            case "MULTI" -> {
                client.queued = new ArrayList<>();
                client.slot = client.watchedSlot();
                yield "OK";
            }
            case "EXEC" -> "-ERR EXEC without MULTI";
            case "DISCARD" -> "-ERR DISCARD without MULTI";
            case "UNWATCH" -> {
                client.unwatch();
                yield "OK";
            }
            case "RESET" -> {
                client.end();
                yield "RESET";
            }
            case "WATCH" -> {
                Set<Integer> slots = slots(words);
                if (client.watchedSlot() >= 0) {
                    slots.add(client.watchedSlot());
                }
                if (slots.size() > 1) {
                    yield CROSSED;
                }
                int owner = cluster.ownerOf(words.get(1));
                if (client.watched.isEmpty()) {
                    client.watchedAt = owner;
                }
                client.lost |= client.watchedAt != owner;
                words.subList(1, words.size()).forEach(key -> client.watched.putIfAbsent(key, model.changes(key)));
                yield "OK";
            }
            default -> words.size() < 2 ? "-ERR wrong number of arguments for 'get' command" : model.run(words);
        };
    }

    private String inside(Expected client, List<List<String>> queued, List<String> words) {
        return switch (words.getFirst()) {
            case "MULTI", "WATCH" -> {
                client.broken = true;
                yield NOT_ALLOWED;
            }
            case "EXEC" -> {
                String reply = client.broken ? ABORTED : exec(client, queued);
                client.end();
                yield reply;
            }
            case "DISCARD" -> client.end();
            case "RESET" -> {
                client.end();
                yield "RESET";
            }
            case "UNWATCH" -> queue(client, queued, words);
            default -> {
                if (words.size() < 2) {
                    client.broken = true;
                    yield "-ERR wrong number of arguments for 'get' command";
                }
                int slot = SlotHash.slot(words.get(1));
                // Once it is broken nobody keeps its slot any more.
                if (!client.broken && client.slot >= 0 && client.slot != slot) {
                    client.broken = true;
                    yield CROSSED;
                }
                client.slot = slot;
                yield queue(client, queued, words);
            }
        };
    }

    private static String queue(Expected client, List<List<String>> queued, List<String> words) {
        if (!client.broken) {
            queued.add(words);
        }
        return "QUEUED";
    }

    private String exec(Expected client, List<List<String>> queued) {
        boolean touched = client.watched.entrySet().stream()
                .anyMatch(each -> model.changes(each.getKey()) != each.getValue());
        boolean moved = client.watched.keySet().stream().anyMatch(key -> cluster.ownerOf(key) != client.watchedAt);
        if (touched || moved || client.lost) {
            return "(nil)";
        }
        List<String> replies = new ArrayList<>();
        for (List<String> words : queued) {
            replies.add(words.getFirst().equals("UNWATCH") ? "OK" : model.run(words));
        }
        return replies.toString();
    }

    private static Set<Integer> slots(List<String> words) {
        Set<Integer> slots = new HashSet<>();
        words.subList(1, words.size()).forEach(key -> slots.add(SlotHash.slot(key)));
        return slots;
    }
}
