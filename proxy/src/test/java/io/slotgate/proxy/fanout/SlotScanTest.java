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
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SCAN over nodes that walk slot by slot, each with an order of keys of its own, while slots and keys move. */
@Timeout(120)
class SlotScanTest {
    private static final int NODES = 3;

    /**
     * Changes the cluster before commands, by chance, so that moves happen between any two of them. No slot leaves a node and is back
     * there within one write of a SCAN, for that nobody could tell.
     */
    private static final class Mover {
        private static final int MOST_IN_ONE_WRITE = 3 * 128;

        final FakeCluster cluster;
        final Random random;
        final List<Integer> slots;
        final Map<Integer, Integer> underWay = new HashMap<>();
        final Map<Integer, Long> restsUntil = new HashMap<>();
        long commands;

        Mover(FakeCluster cluster, long seed, List<Integer> slots) {
            this.cluster = cluster;
            this.random = new Random(seed);
            this.slots = slots;
        }

        synchronized void step() {
            commands++;
            if (slots.isEmpty() || random.nextInt(6) > 0) {
                return;
            }
            int slot = slots.get(random.nextInt(slots.size()));
            Integer to = underWay.get(slot);
            if (to == null) {
                int target = random.nextInt(NODES);
                if (ownerOfSlot(slot) != target && restsUntil.getOrDefault(slot, 0L) < commands) {
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
                restsUntil.put(slot, commands + MOST_IN_ONE_WRITE);
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

    /** What a server does that has a list of each slot's keys and no table. */
    private static Answer list(FakeCluster cluster, int node, Map<Integer, List<String>> all, Command command) {
        List<String> keys = cluster.keysOf(node, all.getOrDefault(Integer.parseInt(command.word(2)), List.of()));
        return command.word(1).equals("COUNTKEYSINSLOT")
                ? Answer.integer(keys.size())
                : Answer.array(keys.subList(0, Math.min(keys.size(), Integer.parseInt(command.word(3)))));
    }

    private static void serveLists(FakeCluster cluster, Set<String> keys, Mover mover) {
        Map<Integer, List<String>> all = bySlot(keys);
        for (int i = 0; i < NODES; i++) {
            int node = i;
            cluster.node(i).rule(command -> {
                mover.step();
                return command.is("cluster") ? list(cluster, node, all, command) : cluster.answer(node, command);
            });
        }
    }

    private static Map<Integer, List<String>> bySlot(Set<String> keys) {
        return keys.stream().collect(Collectors.groupingBy(SlotHash::slot));
    }

    private static Plane old(FakeCluster cluster) {
        return Plane.builder(cluster.map()).server("redis", "7.0.15").start();
    }

    private record Page(String cursor, List<String> keys) {}

    private static Page page(TestClient client, String cursor, String... options) {
        List<String> command = new ArrayList<>(List.of("SCAN", cursor));
        command.addAll(List.of(options));
        String reply = client.call(command.toArray(String[]::new));
        assertThat(reply).startsWith("[");
        String[] parts = reply.substring(1, reply.length() - 2).split(", \\[", 2);
        return new Page(parts[0], parts[1].isEmpty() ? List.of() : List.of(parts[1].split(", ")));
    }

    private static List<String> scanAll(TestClient client, String... options) {
        List<String> seen = new ArrayList<>();
        String cursor = "0";
        do {
            Page page = page(client, cursor, options);
            cursor = page.cursor();
            seen.addAll(page.keys());
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
            serve(cluster, new Mover(cluster, 0, List.of()));
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
            serve(cluster, new Mover(cluster, 0, List.of()));
            try (Plane plane = Plane.over(cluster)) {
                assertThat(scanAll(plane.client())).isEmpty();
                assertThat(cluster.node(0).commands("scan")).hasSizeLessThan(100);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
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
            serve(cluster, new Mover(cluster, seed, moving));
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
    void ofListsItSeesEveryKeyOnceAndWhatMatches() {
        try (FakeCluster cluster = new FakeCluster(NODES)) {
            Set<String> keys = new TreeSet<>();
            for (int i = 0; i < 1000; i++) {
                keys.add("k" + i);
            }
            for (int i = 0; i < 2500; i++) {
                keys.add("{one}" + i);
            }
            keys.forEach(key -> cluster.put(key, "v"));
            serveLists(cluster, keys, new Mover(cluster, 0, List.of()));
            try (Plane plane = old(cluster)) {
                TestClient client = plane.client();
                assertThat(scanAll(client)).doesNotHaveDuplicates().hasSameElementsAs(keys);
                assertThat(scanAll(client, "COUNT", "1000")).doesNotHaveDuplicates().hasSameElementsAs(keys);
                assertThat(scanAll(client, "MATCH", "{o[mn]e}?", "COUNT", "100")).hasSize(10);
                assertThat(scanAll(client, "TYPE", "STRING", "COUNT", "100")).hasSameElementsAs(keys);
                assertThat(scanAll(client, "TYPE", "list", "COUNT", "100")).isEmpty();
                assertThat(cluster.node(0).commands("scan")).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void ofListsItMissesNoKeyThatStaysWhileSlotsMove(long seed) {
        try (FakeCluster cluster = new FakeCluster(NODES)) {
            // Given
            Random random = new Random(seed);
            List<Integer> moving = new ArrayList<>();
            Set<String> keys = new HashSet<>();
            for (int i = 0; i < 6; i++) {
                int slot = i == 0 ? 16_383 : random.nextInt(SlotHash.SLOTS);
                moving.add(slot);
                for (int k = 0; k < 30; k++) {
                    keys.add("{" + tag(slot) + "}" + k);
                }
            }
            for (int k = 0; k < 100; k++) {
                keys.add("k" + k);
            }
            keys.forEach(key -> cluster.put(key, "v"));
            serveLists(cluster, keys, new Mover(cluster, seed, moving));
            try (Plane plane = old(cluster)) {
                TestClient client = plane.client();
                for (int round = 0; round < 2; round++) {
                    // When
                    List<String> seen = scanAll(client, "COUNT", Integer.toString(1 + random.nextInt(20)));

                    // Then
                    assertThat(new HashSet<>(seen)).as("round %s", round).isEqualTo(keys);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void goesOnAtTheImporterOnlyInTheSameMove(boolean tables) {
        try (FakeCluster cluster = new FakeCluster(NODES)) {
            // Given: the last slot, whose first keys were brought to node 1
            int slot = SlotHash.SLOTS - 1;
            List<String> keys = new ArrayList<>();
            for (int k = 0; k < 40; k++) {
                keys.add("{" + tag(slot) + "}" + k);
            }
            keys.forEach(key -> cluster.put(key, "v"));
            cluster.migrate(slot, 1);
            keys.subList(0, 20).forEach(cluster::migrateKey);
            Mover still = new Mover(cluster, 0, List.of());
            if (tables) {
                serve(cluster, still);
            } else {
                serveLists(cluster, Set.copyOf(keys), still);
            }
            try (Plane plane = tables ? Plane.over(cluster) : old(cluster)) {
                TestClient client = plane.client();
                // When: the owner's part is seen, the slot arrives at node 1 and begins to leave it again
                Page first = page(client, Integer.toString(slot), "COUNT", "40");
                assertThat(first.keys()).hasSameElementsAs(keys.subList(20, 40));
                cluster.move(slot, 1);
                cluster.migrate(slot, 0);
                keys.subList(10, 30).forEach(cluster::migrateKey);
                plane.follow(cluster.map());
                Set<String> seen = new TreeSet<>(first.keys());
                for (String cursor = first.cursor(); !cursor.equals("0");) {
                    Page next = page(client, cursor, "COUNT", "40");
                    seen.addAll(next.keys());
                    cursor = next.cursor();
                }

                // Then
                assertThat(seen).hasSameElementsAs(keys);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"COUNTKEYSINSLOT", "GETKEYSINSLOT", "EXISTS", "TYPE"})
    void whatTheUserMayNotAskForMakesItGoFromNodeToNode(String denied) {
        try (FakeCluster cluster = new FakeCluster(NODES)) {
            cluster.put("a", "v");
            Set<String> keys = new HashSet<>(Set.of("a"));
            for (int i = 0; i < NODES; i++) {
                int node = i;
                keys.add("on" + i);
                cluster.node(i).rule(command -> {
                    if (command.words().stream().limit(2).anyMatch(word -> word.equalsIgnoreCase(denied))) {
                        return Answer.error("NOPERM this user has no permissions to run the command");
                    }
                    return switch (command.name()) {
                        case "cluster" -> list(cluster, node, bySlot(Set.of("a")), command);
                        case "scan" -> Answer.raw("*2\r\n$1\r\n0\r\n*" + (node == 0 ? 2 : 1) + "\r\n"
                                + Answer.bulkText("on" + node) + (node == 0 ? Answer.bulkText("a") : ""));
                        default -> cluster.answer(node, command);
                    };
                });
            }
            try (Plane plane = old(cluster)) {
                assertThat(scanAll(plane.client(), "COUNT", "100")).hasSameElementsAs(keys);
            }
        }
    }

    @Test
    void aSlotWithTooManyKeysMakesItGoFromNodeToNode() {
        try (FakeCluster cluster = new FakeCluster(1)) {
            Answer tooMany = Answer.raw("*100001\r\n" + "$1\r\nx\r\n".repeat(100_001));
            cluster.node(0).rule(command -> switch (command.name()) {
                case "cluster" -> command.word(1).equals("COUNTKEYSINSLOT") ? Answer.integer(100_001) : tooMany;
                case "scan" -> Answer.raw("*2\r\n$1\r\n" + (command.word(1).equals("0") ? 5 : 0) + "\r\n*1\r\n"
                        + Answer.bulkText("at" + command.word(1)));
                default -> cluster.answer(0, command);
            });
            try (Plane plane = old(cluster)) {
                assertThat(scanAll(plane.client())).containsExactly("at0", "at5");
                assertThat(cluster.node(0).commands("scan")).hasSize(2);
            }
        }
    }

    @Test
    void aNodeThatIsBusyIsNoReasonToGoFromNodeToNode() {
        try (FakeCluster cluster = new FakeCluster(NODES)) {
            cluster.node(0).rule(command -> command.is("cluster")
                    ? Answer.error("BUSY a script is running")
                    : cluster.answer(0, command));
            try (Plane plane = old(cluster)) {
                assertThat(plane.client().call("SCAN", "0")).isEqualTo("-BUSY a script is running");
                assertThat(cluster.node(0).commands("scan")).isEmpty();
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
