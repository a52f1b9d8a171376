package io.slotgate.proxy.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.plane.Answer;
import io.slotgate.proxy.plane.FakeCluster;
import io.slotgate.proxy.plane.Plane;
import io.slotgate.proxy.plane.PlaneLimits;
import io.slotgate.proxy.plane.TestClient;
import io.slotgate.topology.model.SlotMap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class FanOutTest {
    @AutoClose
    private final FakeCluster cluster = new FakeCluster(3);
    @AutoClose
    private Plane plane = Plane.builder(cluster.map()).patience(Duration.ofSeconds(5))
            .limits(new PlaneLimits().output(32 * 1024, 1_000_000, 4_000_000)).start();
    private final TestClient client = plane.client();
    private final String a = cluster.key(0, "a");
    private final String b = cluster.key(1, "b");
    private final String c = cluster.key(2, "c");

    @Test
    void keysOnAllNodesAreReadInTheOrderOfTheCommandNilsAndDuplicatesToo() {
        cluster.put(a, "1");
        cluster.put(c, "3");

        assertThat(client.call("MGET", c, a, b, a, c)).isEqualTo("[3, 1, (nil), 1, 3]");
        assertThat(plane.count(Metric.SPLITS)).isEqualTo(1);
    }

    @Test
    void keysOfOneSlotStayTogetherAndWholeCommandsOfOneSlotGoAsTheyAre() {
        client.call("MSET", "{" + a + "}1", "x", b, "y", "{" + a + "}2", "z");
        client.call("MSET", "{" + a + "}1", "x", "{" + a + "}2", "z");

        assertThat(cluster.node(0).commands("mset")).hasSize(2)
                .allMatch(("MSET {" + a + "}1 x {" + a + "}2 z")::equals);
        assertThat(plane.count(Metric.SPLITS)).isEqualTo(1);
    }

    @Test
    void partsMayBeAnsweredInAnyOrder() {
        List<CompletableFuture<Void>> gates = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            int node = i;
            CompletableFuture<Void> gate = new CompletableFuture<>();
            gates.add(gate);
            cluster.node(i).rule(command -> cluster.answer(node, command).after(gate));
        }
        cluster.put(a, "1");
        cluster.put(b, "2");
        cluster.put(c, "3");
        client.ask("MGET", a, b, c);

        for (int i : new int[]{2, 0, 1}) {
            assertThat(gates.get(i).complete(null)).isTrue();
            int left = i == 2 ? 2 : i == 0 ? 1 : 0;
            plane.awaitCount(Metric.PENDING, left);
        }

        assertThat(client.reply()).isEqualTo("[1, 2, 3]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"DEL", "UNLINK", "EXISTS", "TOUCH"})
    void countsAreAddedUp(String name) {
        cluster.put(a, "1");
        cluster.put(b, "2");

        assertThat(client.call(name, a, b, c)).isEqualTo("2");
        assertThat(client.call("EXISTS", a, a, b, c))
                .isEqualTo(name.equals("DEL") || name.equals("UNLINK") ? "0" : "3");
    }

    @Test
    void anErrorOfOnePartIsTheReply() {
        cluster.node(1).rule(command -> Answer.error("OOM command not allowed"));

        assertThat(client.call("MSET", a, "1", b, "2", c, "3")).isEqualTo("-OOM command not allowed");
        assertThat(client.call("MGET", a, b, c)).isEqualTo("-OOM command not allowed");
        assertThat(client.call("PING")).isEqualTo("PONG");
    }

    @Test
    void partsFollowRedirects() {
        cluster.put(a, "1");
        cluster.put(b, "2");
        cluster.move(SlotHash.slot(a), 2);
        cluster.migrate(SlotHash.slot(b), 0);
        cluster.migrateKey(b);

        assertThat(client.call("MGET", a, b, c)).isEqualTo("[1, 2, (nil)]");
        assertThat(client.call("MSET", a, "3", b, "4", c, "5")).isEqualTo("OK");
        assertThat(cluster.get(a) + cluster.get(b) + cluster.get(c)).isEqualTo("345");
    }

    @Test
    void aPartWhoseKeysAreInTwoPlacesIsSplitFurther() {
        String one = "{" + a + "}1";
        String two = "{" + a + "}2";
        cluster.put(one, "1");
        cluster.put(two, "2");
        cluster.put(b, "3");
        cluster.migrate(SlotHash.slot(a), 2);
        cluster.migrateKey(two);

        assertThat(client.call("MGET", two, b, one, two)).isEqualTo("[2, 3, 1, 2]");
        assertThat(client.call("EXISTS", two, b, one, c)).isEqualTo("3");
        assertThat(client.call("DEL", two, b, one)).isEqualTo("3");
    }

    @Test
    void aPartLostOnTheWayIsReadAgainOrToldAsUncertain() {
        cluster.put(b, "2");
        boolean[] cut = {true, true};
        cluster.node(1).rule(command -> {
            int kind = command.is("mget") ? 0 : 1;
            boolean now = cut[kind];
            cut[kind] = false;
            return now ? Answer.CLOSE : cluster.answer(1, command);
        });

        assertThat(client.call("MGET", a, b)).isEqualTo("[(nil), 2]");
        assertThat(client.call("MSET", a, "1", b, "2")).startsWith("-UNCERTAIN");
    }

    @Test
    void tenThousandKeys() {
        String[] mset = new String[20_001];
        String[] mget = new String[10_001];
        String[] del = new String[10_001];
        mset[0] = "MSET";
        mget[0] = "MGET";
        del[0] = "DEL";
        for (int i = 0; i < 10_000; i++) {
            mset[1 + 2 * i] = "key" + i;
            mset[2 + 2 * i] = "value" + i;
            mget[1 + i] = "key" + (9_999 - i);
            del[1 + i] = "key" + i;
        }

        assertThat(client.call(mset)).isEqualTo("OK");
        assertThat(client.call(mget)).isEqualTo(IntStream.range(0, 10_000).mapToObj(i -> "value" + (9_999 - i))
                .collect(Collectors.joining(", ", "[", "]")));
        assertThat(client.call(del)).isEqualTo("10000");
        assertThat(plane.count(Metric.KEPT_BYTES)).isZero();
    }

    @Test
    void manyClientsSplitAtOnce() {
        Random random = new Random(3);
        List<TestClient> clients = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            cluster.put("k" + i, "v" + i);
        }
        for (int i = 0; i < 10; i++) {
            StringBuilder commands = new StringBuilder();
            StringBuilder replies = new StringBuilder();
            for (int n = 0; n < 30; n++) {
                int[] picked = random.ints(1 + random.nextInt(30), 0, 110).toArray();
                List<String> words = new ArrayList<>(List.of("MGET"));
                Arrays.stream(picked).forEach(k -> words.add("k" + k));
                commands.append(TestClient.command(words.toArray(String[]::new)));
                replies.append(Arrays.stream(picked).mapToObj(k -> k < 100 ? "v" + k : "(nil)").toList());
            }
            clients.add(plane.client().send(commands.toString()));
            expected.add(replies.toString());
        }

        for (int i = 0; i < 10; i++) {
            assertThat(String.join("", clients.get(i).replies(30))).isEqualTo(expected.get(i));
        }
    }

    @Test
    void repliesThatWouldBeTooLargeTogetherAreAnError() {
        String value = "x".repeat(400_000);
        cluster.put(a, value);
        cluster.put(b, value);
        cluster.put(c, value);

        assertThat(client.call("MGET", a, b, c)).startsWith("-ERR the replies to be merged are larger than 1000000");
        assertThat(client.call("MGET", a, b)).hasSize(800_004);
        assertThat(client.call("PING")).isEqualTo("PONG");
    }

    @Test
    void whatAllCommandsGatherIsBoundedTogether() {
        CompletableFuture<Void> gate = new CompletableFuture<>();
        cluster.put(a, "x".repeat(900_000));
        cluster.node(1).rule(command -> cluster.answer(1, command).after(gate));
        List<TestClient> clients = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            clients.add(plane.client().ask("MGET", a, b));
        }
        await().until(() -> cluster.node(1).commands().size() == 6);
        plane.awaitCount(Metric.PENDING, 6);
        gate.complete(null);

        List<String> replies = clients.stream().map(TestClient::reply).toList();

        assertThat(replies).filteredOn(reply -> reply.startsWith("-ERR the replies to be merged")).hasSize(2);
        assertThat(replies).filteredOn(reply -> reply.startsWith("[xxx")).hasSize(4);
        assertThat(client.call("MGET", a, b)).startsWith("[xxx");
    }

    @Test
    void everyPrimaryIsAskedAndTheRepliesAreMadeOne() {
        cluster.put(a, "1");
        cluster.put(b, "2");
        cluster.put(c, "3");

        assertThat(client.call("DBSIZE")).isEqualTo("3");
        assertThat(client.call("KEYS", "*")).isEqualTo(List.of(a, b, c).toString());
        assertThat(client.call("RANDOMKEY")).isIn(a, b, c);
        assertThat(client.call("FLUSHALL")).isEqualTo("OK");
        assertThat(client.call("DBSIZE")).isEqualTo("0");
        assertThat(client.call("KEYS", "*")).isEqualTo("[]");
        assertThat(client.call("RANDOMKEY")).isEqualTo("(nil)");
    }

    @Test
    void aRandomKeyIsFoundWhereverTheOnlyOneIs() {
        cluster.put(c, "3");

        for (int i = 0; i < 10; i++) {
            assertThat(client.call("RANDOMKEY")).isEqualTo(c);
        }
    }

    @Test
    void aScriptExistsIfItExistsEverywhere() {
        String[] replies = {"*3\r\n:1\r\n:1\r\n:0\r\n", "*3\r\n:1\r\n:0\r\n:0\r\n", "*3\r\n:1\r\n:1\r\n:1\r\n"};
        for (int i = 0; i < 3; i++) {
            String reply = replies[i];
            cluster.node(i).rule(command -> Answer.raw(reply));
        }

        assertThat(client.call("SCRIPT", "EXISTS", "x", "y", "z")).isEqualTo("[1, 0, 0]");
    }

    @Test
    void inProtocol3SetsStaySetsAndNilStaysNil() {
        for (int i = 0; i < 3; i++) {
            int node = i;
            cluster.node(i).rule(command -> switch (command.name()) {
                case "keys" -> Answer.raw("~2\r\n+k" + node + "\r\n+l" + node + "\r\n");
                case "randomkey" -> Answer.raw("_\r\n");
                case "mget" -> Answer.raw("*1\r\n_\r\n");
                default -> cluster.answer(node, command);
            });
        }
        client.call("HELLO", "3");

        client.ask("KEYS", "*");
        assertThat(client.bytes(4)).isEqualTo("~6\r\n");
        assertThat(IntStream.range(0, 6).mapToObj(i -> client.reply()).toList())
                .containsExactly("k0", "l0", "k1", "l1", "k2", "l2");
        client.ask("RANDOMKEY");
        assertThat(client.bytes(3)).isEqualTo("_\r\n");
        client.ask("MGET", a, b);
        assertThat(client.bytes(10)).isEqualTo("*2\r\n_\r\n_\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"+OK\r\n", "*0\r\n", "*1\r\n$1\r\nx\r\n", "$-1\r\n", "*-1\r\n", ":1\r\n", "_\r\n",
        "*3\r\n:1\r\n*0\r\n:1\r\n"})
    void whatDoesNotFitTheQuestionIsAnErrorAndDisturbsNobody(String reply) {
        cluster.node(1).rule(command -> Answer.raw(reply));
        String d = "{" + b + "}2";
        TestClient other = plane.client();

        for (String[] command : new String[][]{{"MGET", a, b, d}, {"SCRIPT", "EXISTS", "x", "y"}, {"SCAN", "8000"},
            {"KEYS", "*"}, {"DBSIZE"}, {"RANDOMKEY"}, {"MSET", a, "1", b, "2"}}) {
            client.ask(command);
        }
        client.ask("PING");
        List<String> replies = client.replies(8);

        assertThat(replies.get(0)).startsWith("-ERR a node's reply");
        assertThat(replies.get(2)).startsWith("-ERR a node's reply");
        assertThat(replies.getLast()).isEqualTo("PONG");
        assertThat(other.call("GET", c)).isEqualTo("(nil)");
    }

    @Test
    void aScanOfServersWithOneTableForAllSlotsWalksOverAllPrimaries() {
        for (int i = 0; i < 3; i++) {
            int node = i;
            // Three pages of two keys per node.
            cluster.node(i).rule(command -> {
                long cursor = Long.parseLong(command.word(1));
                long next = cursor == 2 ? 0 : cursor + 1;
                return Answer.raw("*2\r\n" + Answer.bulkText(String.valueOf(next)) + "*2\r\n"
                        + Answer.bulkText("n" + node + "p" + cursor) + Answer.bulkText("m" + node + "p" + cursor));
            });
        }

        TreeSet<String> seen = new TreeSet<>();
        String cursor = "0";
        int calls = 0;
        try (Plane old = Plane.builder(cluster.map()).server("redis", "7.0.15").start()) {
            TestClient oldClient = old.client();
            do {
                String reply = oldClient.call("SCAN", cursor, "MATCH", "*", "COUNT", "2");
                cursor = reply.substring(1, reply.indexOf(','));
                seen.addAll(List.of(reply.substring(reply.indexOf('[', 1) + 1, reply.length() - 2).split(", ")));
                calls++;
            } while (!cursor.equals("0"));
        }

        assertThat(calls).isEqualTo(9);
        assertThat(seen).hasSize(18);
        assertThat(cluster.node(1).commands("scan")).allMatch(text -> text.endsWith("MATCH * COUNT 2"));
    }

    @Test
    void cursorsThatAreNoneAreRefused() {
        for (String cursor : new String[]{"", "x", "-1", "12345678901234567890", "1 "}) {
            assertThat(client.call("SCAN", cursor)).isEqualTo("-ERR invalid cursor");
        }
        cluster.node(0).rule(command -> command.is("exists")
                ? Answer.integer(0)
                : Answer.raw("*2\r\n$20\r\n18446744073709551615\r\n*0\r\n"));
        try (Plane old = Plane.builder(cluster.map()).server("redis", "7.2.4").start()) {
            assertThat(old.client().call("SCAN", "0"))
                    .startsWith("-ERR cursor 18446744073709551615 of a node is above");
            assertThat(old.client().call("SCAN", "x")).isEqualTo("-ERR invalid cursor");
        }
    }

    @Test
    void aBroadcastWaitsForANodeThatComesBack() {
        cluster.node(1).stop();
        await().until(() -> plane.feedback.contains("unreachable " + cluster.node(1).address()));
        client.ask("DBSIZE");
        plane.awaitCount(Metric.PARKED, 1);

        cluster.node(1).start();

        assertThat(client.reply()).isEqualTo("0");
    }

    @Test
    void aClientThatLeavesWithPartsUnderWayLeavesNothing() {
        CompletableFuture<Void> gate = new CompletableFuture<>();
        cluster.node(2).rule(command -> cluster.answer(2, command).after(gate));
        plane.client().ask("MGET", a, b, c).ask("DBSIZE").ask("MSET", a, "1", c, "2");
        await().until(() -> cluster.node(2).commands().size() == 3);

        plane.drop(plane.channels().size() - 1);
        plane.awaitCount(Metric.SESSIONS, 1);
        gate.complete(null);

        plane.awaitCount(Metric.PENDING, 0);
        plane.awaitCount(Metric.KEPT_BYTES, 0);
        assertThat(client.call("GET", c)).isEqualTo("2");
    }

    @Test
    void withoutAnyPrimaryABroadcastIsAnError() {
        FakeCluster none = new FakeCluster(1);
        try (Plane empty = Plane.builder(SlotMap.empty()).unready().start()) {
            TestClient lonely = empty.client();

            assertThat(lonely.call("DBSIZE")).isEqualTo("-CLUSTERDOWN no primary is known");
            assertThat(lonely.call("SCAN", "0")).isEqualTo("-CLUSTERDOWN no primary is known");
            lonely.ask("GET", a);
            empty.awaitCount(Metric.PARKED, 1);
            empty.follow(none.map());
            assertThat(lonely.reply()).isEqualTo("(nil)");
        } finally {
            none.close();
        }
    }
}
