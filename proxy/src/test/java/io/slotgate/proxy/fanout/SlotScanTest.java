package io.slotgate.proxy.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.plane.Answer;
import io.slotgate.proxy.plane.Command;
import io.slotgate.proxy.plane.FakeCluster;
import io.slotgate.proxy.plane.Plane;
import io.slotgate.proxy.plane.TestClient;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SCAN over nodes that walk slot by slot, each with an order of keys of its own, while slots and keys move. */
@Timeout(120)
class SlotScanTest {
    private static final int NODES = 3;

    /** Changes the cluster before commands, by chance, so that moves happen between any two of them. */
    private static final class Mover {
        final FakeCluster cluster;
        final Random random;
        final List<Integer> slots;
        final Map<Integer, Integer> underWay = new HashMap<>();
        int movesLeft;

        Mover(FakeCluster cluster, long seed, List<Integer> slots, int moves) {
            this.cluster = cluster;
            this.random = new Random(seed);
            this.slots = slots;
            this.movesLeft = moves;
        }

        synchronized void step() {
            if (movesLeft == 0 || random.nextInt(6) > 0) {
                return;
            }
            movesLeft--;
            int slot = slots.get(random.nextInt(slots.size()));
            Integer to = underWay.get(slot);
            if (to == null) {
                int target = random.nextInt(NODES);
                if (ownerOfSlot(slot) != target) {
                    cluster.migrate(slot, target);
                    underWay.put(slot, target);
                }
                return;
            }
            List<String> left = cluster.keysOf(ownerOfSlot(slot)).stream().filter(key -> SlotHash.slot(key) == slot)
                    .toList();
            if (left.isEmpty() || random.nextInt(8) == 0) {
                cluster.move(slot, to);
                underWay.remove(slot);
            } else {
                cluster.migrateKey(left.get(random.nextInt(left.size())));
            }
        }

        private int ownerOfSlot(int slot) {
            return cluster.ownerOf(tag(slot));
        }
    }

    private static final Map<Integer, String> TAGS = new HashMap<>();

    private static synchronized String tag(int slot) {
        if (TAGS.isEmpty()) {
            for (int n = 0; TAGS.size() < SlotHash.SLOTS; n++) {
                TAGS.putIfAbsent(SlotHash.slot("t" + n), "t" + n);
            }
        }
        return Objects.requireNonNull(TAGS.get(slot));
    }

    /** What a server with a hash table for each slot does; the order within a slot is the node's own. */
    private static Answer scan(FakeCluster cluster, int node, Command command) {
        long cursor = Long.parseLong(command.word(1));
        int count = 10;
        for (int i = 2; i + 1 < command.words().size(); i += 2) {
            if (command.word(i).equalsIgnoreCase("count")) {
                count = Integer.parseInt(command.word(i + 1));
            }
        }
        int slot = (int) (cursor % 16_384);
        long inner = cursor / 16_384;
        List<String> keys = new ArrayList<>(cluster.keysOf(node));
        keys.sort(Comparator.<String>comparingInt(SlotHash::slot).thenComparingLong(key -> place(node, key)));
        List<String> page = new ArrayList<>();
        long next = 0;
        for (String key : keys) {
            int of = SlotHash.slot(key);
            if (of < slot || (of == slot && place(node, key) < inner)) {
                continue;
            }
            if (page.size() == count) {
                next = place(node, key) * 16_384 + of;
                break;
            }
            page.add(key);
        }
        StringBuilder text = new StringBuilder("*2\r\n").append(Answer.bulkText(Long.toString(next)))
                .append("*").append(page.size()).append("\r\n");
        page.forEach(key -> text.append(Answer.bulkText(key)));
        return Answer.raw(text.toString());
    }

    /** Where in a node's table a key lies: not 0, which is the beginning of a slot. */
    private static long place(int node, String key) {
        long hash = (key + "@" + node).hashCode() * 0x9E3779B97F4A7C15L;
        return 1 + (hash >>> 40);
    }

    private static void serve(FakeCluster cluster, Mover mover) {
        for (int i = 0; i < NODES; i++) {
            int node = i;
            cluster.node(i).rule(command -> {
                mover.step();
                return command.is("scan") ? scan(cluster, node, command) : cluster.answer(node, command);
            });
        }
    }

    private static List<String> scanAll(TestClient client, String... options) {
        List<String> seen = new ArrayList<>();
        String cursor = "0";
        do {
            List<String> command = new ArrayList<>(List.of("SCAN", cursor));
            command.addAll(List.of(options));
            String reply = client.call(command.toArray(String[]::new));
            assertThat(reply).startsWith("[");
            String[] parts = reply.substring(1, reply.length() - 2).split(", \\[", 2);
            cursor = parts[0];
            if (!parts[1].isEmpty()) {
                seen.addAll(List.of(parts[1].split(", ")));
            }
        } while (!cursor.equals("0"));
        return seen;
    }

    @Test
    void seesEveryKeyOnceWhileNothingMoves() {
        try (FakeCluster cluster = new FakeCluster(NODES)) {
            Set<String> keys = new TreeSet<>();
            for (int i = 0; i < 2000; i++) {
                keys.add("k" + i);
            }
            for (int i = 0; i < 200; i++) {
                keys.add("{one}" + i);
            }
            keys.forEach(key -> cluster.put(key, "v"));
            serve(cluster, new Mover(cluster, 0, List.of(0), 0));
            try (Plane plane = Plane.over(cluster)) {
                List<String> seen = scanAll(plane.client());
                assertThat(seen).doesNotHaveDuplicates().hasSameElementsAs(keys);
                assertThat(scanAll(plane.client(), "COUNT", "1000")).doesNotHaveDuplicates().hasSameElementsAs(keys);
            }
        }
    }

    @Test
    void ofAnEmptyKeyspaceItEndsSoon() {
        try (FakeCluster cluster = new FakeCluster(NODES)) {
            serve(cluster, new Mover(cluster, 0, List.of(0), 0));
            try (Plane plane = Plane.over(cluster)) {
                assertThat(scanAll(plane.client())).isEmpty();
                assertThat(cluster.node(0).commands("scan")).hasSizeLessThan(100);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void missesNoKeyThatStaysWhileSlotsMove(long seed) {
        try (FakeCluster cluster = new FakeCluster(NODES)) {
            // Given: a few full slots, which move all the time, and others
            Random random = new Random(seed);
            List<Integer> moving = new ArrayList<>();
            Set<String> keys = new HashSet<>();
            for (int i = 0; i < 6; i++) {
                int slot = i == 0 ? 0 : random.nextInt(SlotHash.SLOTS);
                moving.add(slot);
                for (int k = 0; k < 60; k++) {
                    keys.add("{" + tag(slot) + "}" + k);
                }
            }
            for (int k = 0; k < 200; k++) {
                keys.add("k" + k);
            }
            keys.forEach(key -> cluster.put(key, "v"));
            serve(cluster, new Mover(cluster, seed, moving, 3000));
            try (Plane plane = Plane.over(cluster)) {
                TestClient client = plane.client();
                for (int round = 0; round < 3; round++) {
                    // When
                    List<String> seen = scanAll(client, "COUNT", Integer.toString(1 + random.nextInt(20)));

                    // Then
                    assertThat(new HashSet<>(seen)).as("round %s", round).isEqualTo(keys);
                }
            }
        }
    }

    @Test
    void tellsANodesErrorAndWhatIsNoCursor() {
        try (FakeCluster cluster = new FakeCluster(NODES)) {
            for (int i = 0; i < NODES; i++) {
                int node = i;
                cluster.node(i).rule(command -> command.is("scan")
                        ? Answer.error("ERR syntax error")
                        : cluster.answer(node, command));
            }
            try (Plane plane = Plane.over(cluster)) {
                assertThat(plane.client().call("SCAN", "0", "NONSENSE")).isEqualTo("-ERR syntax error");
                assertThat(plane.client().call("SCAN", "x")).isEqualTo("-ERR invalid cursor");
            }
        }
    }
}
