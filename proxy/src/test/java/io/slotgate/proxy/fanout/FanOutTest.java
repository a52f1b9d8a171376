package io.slotgate.proxy.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.plane.Answer;
import io.slotgate.proxy.plane.TestClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for split commands and broadcasts alike: bounds, protocols, nonsense, clients that leave. */
@Timeout(60)
class FanOutTest extends FanOutFixture {
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
    void inProtocol3SetsStaySetsAndNilStaysNil() {
        cluster.rule((node, command) -> switch (command.name()) {
            case "keys" -> Answer.raw("~2\r\n+k" + node + "\r\n+l" + node + "\r\n");
            case "randomkey" -> Answer.raw("_\r\n");
            case "mget" -> Answer.raw("*1\r\n_\r\n");
            default -> cluster.answer(node, command);
        });
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
}
