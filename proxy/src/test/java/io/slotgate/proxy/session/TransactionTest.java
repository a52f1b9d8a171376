package io.slotgate.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.plane.Answer;
import io.slotgate.proxy.plane.Command;
import io.slotgate.proxy.plane.FakePubSub;
import io.slotgate.proxy.plane.TestClient;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Transactions as a client sees them: what is queued, answered, refused and bounded. */
@Timeout(60)
class TransactionTest extends TransactionFixture {
    @Test
    void runsAsOnePieceWhereItsKeysAre() {
        TestClient client = plane.client();

        assertThat(client.call("MULTI")).isEqualTo("OK");
        assertThat(client.call("SET", key, "1")).isEqualTo("QUEUED");
        assertThat(client.call("APPEND", key, "2")).isEqualTo("QUEUED");
        assertThat(client.call("PING")).isEqualTo("QUEUED");
        assertThat(cluster.node(0).commands()).isEmpty();
        assertThat(client.call("EXEC")).isEqualTo("[OK, 2, PONG]");

        assertThat(cluster.node(0).commands()).extracting(Command::toString)
                .containsExactly("MULTI", "SET " + key + " 1", "APPEND " + key + " 2", "PING", "EXEC");
        assertThat(client.call("GET", key)).isEqualTo("12");
        assertThat(plane.count(Metric.TRANSACTIONS)).isEqualTo(1);
    }

    @Test
    void keepsItsPlaceAmongWhatTheClientSendsAroundIt() {
        TestClient client = plane.client();
        StringBuilder sent = new StringBuilder();
        for (int i = 0; i < 50; i++) {
            sent.append(TestClient.command("APPEND", key, "a")).append(TestClient.command("MULTI"))
                    .append(TestClient.command("APPEND", key, "b")).append(TestClient.command("APPEND", foreign, "x"))
                    .append(TestClient.command("EXEC")).append(TestClient.command("MULTI"))
                    .append(TestClient.command("APPEND", key, "c")).append(TestClient.command("STRLEN", key))
                    .append(TestClient.command("EXEC")).append(TestClient.command("GET", foreign));
        }

        List<String> replies = client.send(sent.toString()).replies(50 * 10);

        for (int i = 0; i < 50; i++) {
            int length = 2 * i + 2;
            assertThat(replies.subList(10 * i, 10 * i + 10)).containsExactly(String.valueOf(length - 1), "OK", "QUEUED",
                    "-CROSSSLOT Keys in request don't hash to the same slot", ABORTED, "OK", "QUEUED", "QUEUED",
                    "[" + length + ", " + length + "]", "(nil)");
        }
    }

    @Test
    void whatWaitsForExecDoesNotHoldBackMessages() {
        CompletableFuture<Void> gate = new CompletableFuture<>();
        FakePubSub pubsub = new FakePubSub(cluster);
        cluster.node(0).rule(command -> command.is("exec")
                ? Answer.raw("*1\r\n+OK\r\n").after(gate)
                : command.is("multi") ? Answer.OK : Answer.raw("+QUEUED\r\n"));
        TestClient client = plane.client();
        client.call("HELLO", "3");
        client.call("SUBSCRIBE", foreign);
        client.send(TestClient.command("MULTI") + TestClient.command("SET", key, "1") + TestClient.command("EXEC")
                + TestClient.command("PING"));
        await().until(() -> !cluster.node(0).commands("set").isEmpty());

        pubsub.publish(foreign, "m");

        assertThat(client.replies(3)).containsExactly("OK", "QUEUED", "[message, " + foreign + ", m]");
        gate.complete(null);
        assertThat(client.replies(2)).containsExactly("[OK]", "PONG");
    }

    @Test
    void answersOfManyTransactionsInARowKeepTheirOrder() {
        TestClient client = plane.client();
        StringBuilder sent = new StringBuilder();
        for (int i = 0; i < 100; i++) {
            sent.append(TestClient.command("MULTI")).append(TestClient.command("SET", key, String.valueOf(i)))
                    .append(TestClient.command("GET", key)).append(TestClient.command("EXEC"))
                    .append(TestClient.command("PING")).append(TestClient.command("ECHO", "e" + i));
        }

        List<String> replies = client.send(sent.toString()).replies(100 * 6);

        for (int i = 0; i < 100; i++) {
            assertThat(replies.subList(6 * i, 6 * i + 6)).containsExactly("OK", "QUEUED", "QUEUED", "[OK, " + i + "]",
                    "PONG", "e" + i);
        }
    }

    /** What valkey-server 8.0.1 in cluster mode answers; {@code k} and {@code s} share a slot, {@code f} has another. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "EXEC | -ERR EXEC without MULTI",
        "DISCARD | -ERR DISCARD without MULTI",
        "MULTI x | -ERR wrong number of arguments for 'multi' command",
        "EXEC x | -EXECABORT Transaction discarded because of: wrong number of arguments for 'exec' command",
        "MULTI;EXEC | OK;[]",
        "MULTI;MULTI;EXEC | OK;-ERR Command not allowed inside a transaction;<aborted>",
        "MULTI;WATCH k;SET k 1;EXEC | OK;-ERR Command not allowed inside a transaction;QUEUED;<aborted>",
        "MULTI;FOO;SET k 1;EXEC | OK;-ERR unknown command 'FOO', with args beginning with: ;QUEUED;<aborted>",
        "MULTI;GET;DISCARD;GET k | OK;-ERR wrong number of arguments for 'get' command;OK;(nil)",
        "MULTI;CLIENT FOO;EXEC | OK;-ERR unknown subcommand 'FOO'. Try CLIENT HELP.;<aborted>",
        "MULTI;MGET k f;EXEC | OK;-CROSSSLOT Keys in request don't hash to the same slot;<aborted>",
        "MULTI;SET k 1;SET f 1;EXEC | OK;QUEUED;-CROSSSLOT Keys in request don't hash to the same slot;<aborted>",
        "MULTI;SHUTDOWN x y z;EXEC | OK;-ERR Command not allowed inside a transaction;<aborted>",
        "MULTI;EXEC x;EXEC | OK;-EXECABORT Transaction discarded because of: wrong number of arguments for 'exec' command;-ERR EXEC without MULTI",
        "MULTI;DISCARD x;EXEC | OK;-ERR wrong number of arguments for 'discard' command;<aborted>",
        "MULTI;SET k 1;RESET;EXEC;GET k | OK;QUEUED;RESET;-ERR EXEC without MULTI;(nil)",
        "MULTI;SET k 1;DISCARD;GET k | OK;QUEUED;OK;(nil)",
        "MULTI;SET k 1;MGET k s;EXEC | OK;QUEUED;QUEUED;[OK, [1, (nil)]]",
        "MULTI;PUBLISH c m;EXEC | OK;QUEUED;[0]",
        "MULTI;DBSIZE;EXEC | OK;-ERR Slotgate: DBSIZE is not supported inside a transaction: it concerns all nodes, and a transaction runs on one;<aborted>",
        "MULTI;INFO server;EXEC | OK;-ERR Slotgate: INFO is not supported inside a transaction: it concerns all nodes, and a transaction runs on one;<aborted>",
        "MULTI;PUBSUB NUMSUB c;EXEC | OK;-ERR Slotgate: PUBSUB NUMSUB is not supported inside a transaction: it concerns all nodes, and a transaction runs on one;<aborted>",
        "MULTI;SUBSCRIBE c;EXEC | OK;-ERR Slotgate: SUBSCRIBE is not supported inside a transaction: subscribe before MULTI or behind EXEC;<aborted>",
        "MULTI;CLIENT ID;EXEC | OK;-ERR Slotgate: CLIENT ID is not supported inside a transaction: what it asks is kept by the proxy, and a transaction runs on a node;<aborted>",
        "MULTI;SELECT 1;EXEC | OK;-ERR Slotgate: SELECT is not supported inside a transaction: what it asks is kept by the proxy, and a transaction runs on a node;<aborted>",
        "UNWATCH;WATCH k;UNWATCH | OK;OK;OK",
        "WATCH k f | -CROSSSLOT Keys in request don't hash to the same slot",
        "WATCH k;WATCH s;SET s 1;MULTI;GET s;EXEC;GET s | OK;OK;OK;OK;QUEUED;(nil);1",
        "WATCH k;MULTI;SET k 5;EXEC | OK;OK;QUEUED;[OK]",
        "WATCH k;MULTI;EXEC | OK;OK;[]",
        "WATCH k;EXEC x;SET k 1;MULTI;EXEC | OK;-EXECABORT Transaction discarded because of: wrong number of arguments for 'exec' command;OK;OK;[]",
        "WATCH k;GET k;MULTI;FOO;EXEC;SET k 1 | OK;(nil);OK;-ERR unknown command 'FOO', with args beginning with: ;<aborted>;OK",
        "WATCH k;SET k 1;DISCARD;MULTI;GET k;EXEC | OK;OK;-ERR DISCARD without MULTI;OK;QUEUED;(nil)",
        "WATCH k;SET k 1;UNWATCH;MULTI;GET k;EXEC | OK;OK;OK;OK;QUEUED;[1]",
        "WATCH k;SET k 1;RESET;MULTI;GET k;EXEC | OK;OK;RESET;OK;QUEUED;[1]",
        "WATCH k;MULTI;DISCARD;SET k 1;MULTI;GET k;EXEC | OK;OK;OK;OK;OK;QUEUED;[1]",
    })
    void answersAsAServerDoes(String commands, String replies) {
        TestClient client = plane.client();
        for (boolean pipelined : new boolean[]{false, true}) {
            String[] each = commands.split(";", -1);
            String[] expected = replies.split(";", -1);
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < each.length; i++) {
                String[] words = words(each[i]);
                if (pipelined) {
                    all.append(TestClient.command(words));
                } else {
                    assertThat(client.call(words)).as(each[i]).isEqualTo(expected[i].replace("<aborted>", ABORTED));
                }
            }
            if (pipelined) {
                assertThat(client.send(all.toString()).replies(each.length)).containsExactly(
                        replies.replace("<aborted>", ABORTED).split(";", -1));
            }
            client.call("DEL", key, sibling);
        }
    }

    private String[] words(String command) {
        String[] words = command.split(" ");
        for (int i = 1; i < words.length; i++) {
            words[i] = switch (words[i]) {
                case "k" -> key;
                case "s" -> sibling;
                case "f" -> foreign;
                default -> words[i];
            };
        }
        return words;
    }

    @Test
    void quitWithinATransactionIsAnsweredAndNothingRuns() {
        TestClient client = plane.client();
        client.ask("MULTI").ask("SET", key, "1").ask("QUIT");
        assertThat(client.replies(3)).containsExactly("OK", "QUEUED", "OK");
        assertThat(client.rest()).isEmpty();
        assertThat(cluster.get(key)).isNull();
    }

    @Test
    void aClientThatLeavesWithinATransactionLeavesNothing() {
        TestClient client = plane.client();
        client.ask("WATCH", key).ask("MULTI").ask("SET", key, "1");
        assertThat(client.replies(3)).containsExactly("OK", "OK", "QUEUED");

        client.close();

        plane.awaitCount(Metric.SESSIONS, 0);
        plane.awaitCount(Metric.QUEUED_BYTES, 0);
        plane.awaitCount(Metric.LEASES, 0);
        assertThat(cluster.node(0).commands("set")).isEmpty();
    }

    @Test
    void whatIsTooLargeIsRefusedWhenItIsQueued() {
        TestClient client = plane.client();
        client.call("MULTI");
        assertThat(client.call("SET", key, "x".repeat(60_000))).isEqualTo("QUEUED");
        assertThat(client.call("SET", key, "x".repeat(6_000)))
                .startsWith("-ERR Slotgate: the transaction is too large");
        plane.awaitCount(Metric.QUEUED_BYTES, 0);
        assertThat(client.call("EXEC")).isEqualTo(ABORTED);

        client.call("MULTI");
        for (int i = 0; i < 500; i++) {
            assertThat(client.call("GET", key)).isEqualTo("QUEUED");
        }
        assertThat(client.call("GET", key)).startsWith("-ERR Slotgate: the transaction is too large");
        assertThat(client.call("DISCARD")).isEqualTo("OK");
    }

    @Test
    void allTogetherAreBoundedToo() {
        TestClient first = plane.client();
        TestClient second = plane.client();
        first.call("MULTI");
        second.call("MULTI");
        assertThat(first.call("SET", key, "x".repeat(60_000))).isEqualTo("QUEUED");
        assertThat(second.call("SET", key, "x".repeat(30_000)))
                .startsWith("-ERR Slotgate: the transaction is too large");
        assertThat(first.call("EXEC")).isEqualTo("[OK]");
        assertThat(second.call("EXEC")).isEqualTo(ABORTED);
    }
}
