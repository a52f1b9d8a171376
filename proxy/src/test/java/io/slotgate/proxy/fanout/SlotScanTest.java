package io.slotgate.proxy.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.plane.Answer;
import io.slotgate.proxy.plane.FakeCluster;
import io.slotgate.proxy.plane.Plane;
import io.slotgate.proxy.plane.SlotTags;
import io.slotgate.proxy.plane.TestClient;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
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
            MovingKeyspace keyspace = MovingKeyspace.still(cluster);
            keyspace.put(keys);
            keyspace.serveTables();
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
            MovingKeyspace.still(cluster).serveTables();
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
            // Given
            Random random = new Random(seed);
            MovingKeyspace keyspace = new MovingKeyspace(cluster, seed);
            Set<String> keys = keyspace.fill(0, random, 60, 200);
            keyspace.serveTables();
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
            MovingKeyspace keyspace = MovingKeyspace.still(cluster);
            keyspace.put(keys);
            keyspace.serveLists();
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
            MovingKeyspace keyspace = new MovingKeyspace(cluster, seed);
            Set<String> keys = keyspace.fill(SlotHash.SLOTS - 1, random, 30, 100);
            keyspace.serveLists();
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
                keys.add("{" + SlotTags.of(slot) + "}" + k);
            }
            MovingKeyspace keyspace = MovingKeyspace.still(cluster);
            keyspace.put(keys);
            cluster.migrate(slot, 1);
            keys.subList(0, 20).forEach(cluster::migrateKey);
            if (tables) {
                keyspace.serveTables();
            } else {
                keyspace.serveLists();
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
            MovingKeyspace keyspace = MovingKeyspace.still(cluster);
            keyspace.put(Set.of("a"));
            cluster.rule((node, command) -> {
                if (command.words().stream().limit(2).anyMatch(word -> word.equalsIgnoreCase(denied))) {
                    return Answer.error("NOPERM this user has no permissions to run the command");
                }
                return switch (command.name()) {
                    case "cluster" -> keyspace.list(node, command);
                    case "scan" -> Answer.raw("*2\r\n$1\r\n0\r\n*" + (node == 0 ? 2 : 1) + "\r\n"
                            + Answer.bulkText("on" + node) + (node == 0 ? Answer.bulkText("a") : ""));
                    default -> cluster.answer(node, command);
                };
            });
            try (Plane plane = old(cluster)) {
                assertThat(scanAll(plane.client(), "COUNT", "100")).containsOnly("a", "on0", "on1", "on2");
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
            cluster.rule((node, command) -> command.is("scan")
                    ? Answer.error("ERR syntax error")
                    : cluster.answer(node, command));
            try (Plane plane = Plane.over(cluster)) {
                assertThat(plane.client().call("SCAN", "0", "NONSENSE")).isEqualTo("-ERR syntax error");
                assertThat(plane.client().call("SCAN", "x")).isEqualTo("-ERR invalid cursor");
            }
        }
    }
}
