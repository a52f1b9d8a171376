package io.slotgate.proxy.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.plane.Answer;
import io.slotgate.proxy.plane.TestClient;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands with keys of several nodes: each gets its part, and the replies are made one. */
@Timeout(60)
class SplitTest extends FanOutFixture {
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
            if (command.is("ping")) {
                return cluster.answer(1, command);
            }
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
}
