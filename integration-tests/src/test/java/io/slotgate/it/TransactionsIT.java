package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.deploy.dev.LocalNode;
import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.metrics.Metric;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Transactions on real servers: the same bytes as from a server, and exact counts while slots move. */
@Timeout(240)
class TransactionsIT {
    private static final int SHARDS = 3;
    private static final int CLIENTS = 4;
    private static final int SLOTS = 60;

    @RegisterExtension
    static final ProxyFixture proxy = new ProxyFixture().cluster(cluster -> cluster.shards(SHARDS).replicas(0));

    @ParameterizedTest
    @ValueSource(strings = {"2", "3"})
    void repliesAreThoseOfAServer(String protocol) throws Exception {
        LocalNode owner = proxy.cluster().owner(SlotHash.slot("t"));
        for (int seed = 0; seed < 40; seed++) {
            List<String[]> commands = commands(new Random(seed));
            try (Wire client = proxy.connect(); Wire node = Wire.open(owner.address().port())) {
                client.raw("HELLO", protocol);
                node.raw("HELLO", protocol);
                node.raw("DEL", "{t}1", "{t}2");
                List<String> here = replies(client, commands);
                node.raw("DEL", "{t}1", "{t}2");
                List<String> there = replies(node, commands);
                for (int i = 0; i < commands.size(); i++) {
                    assertThat(here.get(i)).as("seed %d, command %d: %s", seed, i, String.join(" ", commands.get(i)))
                            .isEqualTo(there.get(i));
                }
            }
        }
    }

    private static List<String> replies(Wire wire, List<String[]> commands) throws IOException {
        List<String> replies = new ArrayList<>();
        for (String[] command : commands) {
            replies.add(wire.raw(command));
        }
        return replies;
    }

    /** On one slot, for elsewhere a node would redirect; RESET as little as other things that name connections. */
    private static List<String[]> commands(Random random) {
        List<String[]> commands = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            String key = "{t}" + (1 + random.nextInt(2));
            commands.add(switch (random.nextInt(24)) {
                case 0, 1, 2 -> new String[]{"MULTI"};
                case 3, 4, 5 -> new String[]{"EXEC"};
                case 6 -> new String[]{"DISCARD"};
                case 7 -> new String[]{"WATCH", key};
                case 8 -> new String[]{random.nextBoolean() ? "UNWATCH" : "WATCH"};
                case 9 -> new String[]{"INCR", key};
                case 10 -> new String[]{"SET", key, "text"};
                case 11 -> new String[]{"DEL", "{t}1", "{t}2"};
                case 12 -> new String[]{"MGET", "{t}1", "{t}2", "{t}3"};
                case 13 -> new String[]{"HSET", key, "f", "v", "g", "w"};
                case 14 -> new String[]{"HGETALL", key};
                case 15 -> new String[]{"PING", "hello"};
                case 16 -> new String[]{"EVAL", "return redis.call('get', KEYS[1])", "1", key};
                case 17 -> new String[]{"EVAL", "return {1, {2}}", random.nextBoolean() ? "0" : "x"};
                case 18 -> random.nextInt(4) == 0 ? new String[]{"nonsense", "a"} : new String[]{"GET", key};
                case 19 -> random.nextInt(4) == 0 ? new String[]{"GET"} : new String[]{"STRLEN", key};
                case 20 -> random.nextInt(4) == 0 ? new String[]{"EXEC", "x"} : new String[]{"BLPOP", "{t}none", "0"};
                case 21 -> new String[]{"PUBLISH", "channel", "message"};
                case 22 -> random.nextInt(8) == 0 ? new String[]{"CLIENT", "foo"} : new String[]{"ECHO", "x"};
                default -> new String[]{"APPEND", key, "x"};
            });
        }
        return withoutBlocking(commands);
    }

    /** Leaves BLPOP only where a transaction is open: elsewhere it would block. */
    private static List<String[]> withoutBlocking(List<String[]> commands) {
        List<String[]> left = new ArrayList<>();
        boolean open = false;
        for (String[] command : commands) {
            switch (command[0]) {
                case "MULTI" -> open = true;
                case "EXEC", "DISCARD" -> open = false;
                default -> {
                }
            }
            if (open || !command[0].equals("BLPOP")) {
                left.add(command);
            }
        }
        return left;
    }

    @Test
    void countsAreExactWhileSlotsMove() throws Exception {
        // Given: each client has keys of its own on every slot that moves, and all share one counter on each.
        List<String> tags = tags();
        AtomicBoolean stop = new AtomicBoolean();
        AtomicLong rounds = new AtomicLong();
        AtomicLong conflicts = new AtomicLong();
        List<CompletableFuture<long[]>> loads = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            int client = i;
            loads.add(CompletableFuture.supplyAsync(() -> load(client, tags, stop, rounds, conflicts),
                    task -> Thread.ofPlatform().start(task)));
        }

        // When
        try (SlotMover mover = new SlotMover(proxy.cluster(), SHARDS)) {
            for (int i = 0; i < SLOTS; i++) {
                mover.move(SlotHash.slot(tags.get(i)), 0, 1 + i % 2);
            }
        } finally {
            stop.set(true);
        }

        // Then
        long[] shared = new long[SLOTS];
        for (CompletableFuture<long[]> load : loads) {
            long[] counted = load.get(60, TimeUnit.SECONDS);
            for (int i = 0; i < SLOTS; i++) {
                shared[i] += counted[i];
            }
        }
        try (Wire client = proxy.connect()) {
            for (int i = 0; i < SLOTS; i++) {
                Object counter = client.call("GET", "shared{" + tags.get(i) + "}");
                assertThat(counter == null ? "0" : counter).as(tags.get(i)).isEqualTo(Long.toString(shared[i]));
            }
        }
        assertThat(rounds.get()).isPositive();
        assertThat(proxy.metric(Metric.MOVED)).as("MOVED followed").isPositive();
        assertThat(proxy.metric(Metric.UNCERTAIN)).isZero();
        assertThat(proxy.metric(Metric.QUEUED_BYTES)).isZero();
        assertThat(proxy.metric(Metric.LEASES)).isZero();
    }

    private static List<String> tags() {
        List<String> tags = new ArrayList<>();
        boolean[] taken = new boolean[16_384];
        for (int i = 0; tags.size() < SLOTS; i++) {
            int slot = SlotHash.slot("t" + i);
            // The first primary's.
            if (slot < 16_384 / SHARDS - 1 && !taken[slot]) {
                taken[slot] = true;
                tags.add("t" + i);
            }
        }
        return tags;
    }

    /** Returns how often it counted each shared counter up. */
    private static long[] load(int client, List<String> tags, AtomicBoolean stop, AtomicLong rounds,
            AtomicLong conflicts) {
        long[] counted = new long[SLOTS];
        long[] own = new long[SLOTS];
        Random random = new Random(client);
        try (Wire wire = proxy.connect()) {
            while (!stop.get()) {
                int i = random.nextInt(SLOTS);
                String tag = "{" + tags.get(i) + "}";
                if (random.nextInt(3) == 0) {
                    counted[i] += guarded(wire, "shared" + tag, conflicts) ? 1 : 0;
                } else {
                    own[i]++;
                    blind(wire, "c" + client + tag, "l" + client + tag, own[i]);
                }
                rounds.incrementAndGet();
            }
            return counted;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void blind(Wire wire, String counter, String list, long round) throws IOException {
        wire.send("MULTI");
        wire.send("INCR", counter);
        wire.send("RPUSH", list, Long.toString(round));
        wire.send("INCR", counter);
        wire.send("EXEC");
        wire.send("GET", counter);
        assertThat(wire.read()).isEqualTo("OK");
        for (int i = 0; i < 3; i++) {
            assertThat(wire.read()).isEqualTo("QUEUED");
        }
        assertThat(wire.read()).isEqualTo(List.of(2 * round - 1, round, 2 * round));
        wire.read();
    }

    private static boolean guarded(Wire wire, String counter, AtomicLong conflicts) throws IOException {
        assertThat(wire.call("WATCH", counter)).isEqualTo("OK");
        Object before = wire.call("GET", counter);
        long value = before == null ? 0 : Long.parseLong((String) before);
        assertThat(wire.call("MULTI")).isEqualTo("OK");
        assertThat(wire.call("SET", counter, Long.toString(value + 1))).isEqualTo("QUEUED");
        Object done = wire.call("EXEC");
        if (done == null) {
            conflicts.incrementAndGet();
            return false;
        }
        assertThat(done).isEqualTo(List.of("OK"));
        return true;
    }
}
