package io.slotgate.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.plane.Answer;
import io.slotgate.proxy.plane.Command;
import io.slotgate.proxy.plane.FakeCluster;
import io.slotgate.proxy.plane.Plane;
import io.slotgate.proxy.plane.PlaneLimits;
import io.slotgate.proxy.plane.TestClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class TransactionTest {
    private static final String ABORTED = "-EXECABORT Transaction discarded because of previous errors.";

    @AutoClose
    private final FakeCluster cluster = new FakeCluster(3);
    @AutoClose
    private Plane plane = Plane.builder(cluster.map())
            .limits(new PlaneLimits().transactions(500, 64 * 1024, 80 * 1024)).start();
    private final String key = cluster.key(0, "k");
    private final String sibling = "{" + key + "}s";
    private final String foreign = cluster.key(1, "f");
    private final int slot = SlotHash.slot(key);

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

    // ---- redirects

    @Test
    void aTransactionFollowsItsSlot() {
        TestClient client = plane.client();
        cluster.put(key, "v");
        cluster.move(slot, 2);

        assertThat(transaction(client, "APPEND", "GET")).isEqualTo("[2, vx]");

        assertThat(cluster.get(key)).isEqualTo("vx");
        assertThat(cluster.node(2).commands("exec")).hasSize(1);
        assertThat(transaction(client, "APPEND", "GET")).isEqualTo("[3, vxx]");
        assertThat(cluster.node(0).commands("exec")).hasSize(1);
    }

    @Test
    void aTransactionIsAskedOfTheImporterBehindOneAsking() {
        TestClient client = plane.client();
        cluster.put(key, "v");
        cluster.migrate(slot, 1);
        cluster.migrateKey(key);

        assertThat(transaction(client, "APPEND", "GET")).isEqualTo("[2, vx]");
        assertThat(transaction(client, "APPEND", "GET")).isEqualTo("[3, vxx]");

        assertThat(cluster.node(1).askings()).isEqualTo(2);
        assertThat(cluster.node(1).commands("exec")).hasSize(2);
    }

    @Test
    void keysInTwoPlacesAreWaitedFor() {
        cluster.put(key, "v");
        cluster.put(sibling, "w");
        cluster.migrate(slot, 1);
        cluster.migrateKey(key);
        TestClient client = plane.client();
        client.ask("MULTI").ask("APPEND", sibling, "x").ask("APPEND", key, "x").ask("EXEC");
        assertThat(client.replies(3)).containsExactly("OK", "QUEUED", "QUEUED");
        await().until(() -> cluster.node(1).commands("exec").size() > 2);

        cluster.move(slot, 1);

        assertThat(client.ask("GET", sibling).replies(2)).containsExactly("[2, 2]", "wx");
        assertThat(cluster.get(key)).isEqualTo("vx");
    }

    @ParameterizedTest
    @ValueSource(strings = {"CLUSTERDOWN The cluster is down", "LOADING Valkey is loading the dataset in memory",
        "MASTERDOWN Link with MASTER is down", "READONLY You can't write against a read only replica.",
        "TRYAGAIN Multiple keys request during rehashing of slot"})
    void whatANodeCannotDoNowIsDoneLater(String error) {
        AtomicInteger execs = new AtomicInteger();
        cluster.node(0).rule(command -> {
            boolean ends = command.is("exec");
            return switch (ends ? execs.getAndIncrement() : execs.get()) {
                case 0 -> ends
                        ? refused(ABORTED.substring(1), command)
                        : command.is("append") ? Answer.error(error) : cluster.answer(0, command);
                case 1 -> ends ? refused(error, command) : cluster.answer(0, command);
                case 2 -> ends
                        ? refused("EXECABORT Transaction discarded because of: " + error, command)
                        : cluster.answer(0, command);
                default -> cluster.answer(0, command);
            };
        });

        assertThat(transaction(plane.client(), "APPEND", "GET")).isEqualTo("[1, x]");

        assertThat(cluster.get(key)).isEqualTo("x");
        assertThat(cluster.node(0).commands("exec")).hasSize(4);
    }

    /** An error of EXEC, whatever was queued. */
    private Answer refused(String error, Command command) {
        // Ends it at the node.
        cluster.answer(0, new Command(command.connection(), List.of("MULTI"), false));
        cluster.answer(0, new Command(command.connection(), List.of("EXEC"), false));
        return Answer.error(error);
    }

    @Test
    void aReasonOfTheNodesOwnIsToldWithTheAbort() {
        String oom = "OOM command not allowed when used memory > 'maxmemory'.";
        cluster.node(0).rule(command -> switch (command.name()) {
            case "append" -> Answer.error(oom);
            case "exec" -> refused(ABORTED.substring(1), command);
            default -> cluster.answer(0, command);
        });

        assertThat(transaction(plane.client(), "APPEND", "GET"))
                .isEqualTo("-EXECABORT Transaction discarded because of: " + oom);
    }

    @Test
    void aNodeThatRefusesMultiMayHaveRunTheCommands() {
        cluster.node(0).rule(command -> command.is("multi")
                ? Answer.error("NOPERM this user has no permissions to run the 'multi' command")
                : cluster.answer(0, command));

        assertThat(transaction(plane.client(), "APPEND", "GET"))
                .startsWith("-UNCERTAIN the node refused MULTI (NOPERM this user has");
    }

    @Test
    void aTransactionInFlightOnALostConnectionIsUncertainAndNotRepeated() {
        cluster.node(0).rule(command -> command.is("exec") ? Answer.CLOSE : cluster.answer(0, command));
        TestClient client = plane.client();

        assertThat(transaction(client, "APPEND", "GET")).startsWith("-UNCERTAIN the connection to ");

        cluster.node(0).rule(command -> cluster.answer(0, command));
        assertThat(client.call("GET", key)).isEqualTo("(nil)");
        assertThat(cluster.node(0).commands("exec")).hasSize(1);
    }

    @Test
    void aTransactionOfReadsIsAskedAgain() {
        AtomicInteger execs = new AtomicInteger();
        cluster.node(0).rule(command -> command.is("exec") && execs.getAndIncrement() == 0
                ? Answer.CLOSE
                : cluster.answer(0, command));

        assertThat(transaction(plane.client(), "GET", "STRLEN")).isEqualTo("[(nil), 0]");
    }

    @Test
    void aTransactionWaitsForItsNode() {
        cluster.node(0).stop();
        TestClient client = plane.client();
        await().until(() -> plane.feedback.contains("unreachable " + cluster.node(0).address()));
        client.ask("MULTI").ask("APPEND", key, "1").ask("EXEC").ask("APPEND", key, "2").ask("MULTI").ask("GET", key)
                .ask("EXEC");
        plane.awaitCount(Metric.PARKED, 1);

        cluster.node(0).start();

        assertThat(client.replies(7)).containsExactly("OK", "QUEUED", "[1]", "2", "OK", "QUEUED", "[12]");
    }

    @Test
    void aTransactionWithoutAReachableOwnerIsToldSo() {
        plane.close();
        plane = Plane.builder(cluster.map()).patience(Duration.ofMillis(100)).start();
        cluster.node(0).stop();
        await().until(() -> plane.feedback.contains("unreachable " + cluster.node(0).address()));

        assertThat(transaction(plane.client(), "APPEND", "GET")).startsWith("-CLUSTERDOWN no owner of slot " + slot);
    }

    @Test
    void aTransactionLargerThanAChunkIsFollowedToo() {
        TestClient client = plane.client();
        cluster.move(slot, 2);
        String large = "y".repeat(50_000);

        client.ask("MULTI").ask("SET", key, large).ask("GET", key).ask("EXEC");

        assertThat(client.replies(4)).containsExactly("OK", "QUEUED", "QUEUED", "[OK, " + large + "]");
    }

    // ---- watched keys

    @Test
    void aConflictIsNoticedAndTheLeaseUsedAgain() {
        TestClient client = plane.client();
        TestClient other = plane.client();
        for (int i = 0; i < 5; i++) {
            assertThat(client.call("WATCH", key, sibling)).isEqualTo("OK");
            other.call("SET", sibling, "by another " + i);
            assertThat(transaction(client, "APPEND", "GET")).isEqualTo("(nil)");
            plane.awaitCount(Metric.LEASES, 0);
            assertThat(client.call("WATCH", key)).isEqualTo("OK");
            other.call("SET", sibling, "not watched " + i);
            assertThat(transaction(client, "APPEND", "GET")).startsWith("[" + (i + 1) + ", x");
            plane.awaitCount(Metric.LEASES, 0);
        }
        assertThat(cluster.node(0).connections()).as("one shared, one leased").isEqualTo(2);
        assertThat(plane.count(Metric.CONFLICTS)).isZero();
    }

    @Test
    void whatWasSentBeforeWatchIsNoConflict() {
        TestClient client = plane.client();
        StringBuilder sent = new StringBuilder();
        for (int i = 0; i < 50; i++) {
            sent.append(TestClient.command("APPEND", key, "a")).append(TestClient.command("WATCH", key))
                    .append(TestClient.command("GET", sibling)).append(TestClient.command("MULTI"))
                    .append(TestClient.command("STRLEN", key)).append(TestClient.command("EXEC"));
        }
        List<String> replies = client.send(sent.toString()).replies(300);
        for (int i = 0; i < 50; i++) {
            assertThat(replies.subList(6 * i, 6 * i + 6)).containsExactly(String.valueOf(i + 1), "OK", "(nil)", "OK",
                    "QUEUED", "[" + (i + 1) + "]");
        }
    }

    @Test
    void aWatchedSlotThatMovedIsAConflict() {
        TestClient client = plane.client();
        assertThat(client.call("WATCH", key)).isEqualTo("OK");

        cluster.move(slot, 1);

        assertThat(transaction(client, "APPEND", "GET")).isEqualTo("(nil)");
        assertThat(cluster.get(key)).isNull();
        assertThat(cluster.node(1).commands("multi")).isEmpty();
        assertThat(plane.count(Metric.CONFLICTS)).isEqualTo(1);
        // And then it is watched where it is now.
        assertThat(client.call("WATCH", key)).isEqualTo("OK");
        assertThat(transaction(client, "APPEND", "GET")).isEqualTo("[1, x]");
        assertThat(cluster.node(1).commands("watch")).hasSize(1);
    }

    @Test
    void aWatchedSlotThatIsKnownToHaveMovedIsAConflictEvenWithoutAKey() {
        TestClient client = plane.client();
        assertThat(client.call("WATCH", key)).isEqualTo("OK");
        cluster.move(slot, 1);
        plane.follow(cluster.map());

        client.ask("MULTI").ask("PUBLISH", "c", "m").ask("EXEC");

        assertThat(client.replies(3)).containsExactly("OK", "QUEUED", "(nil)");
    }

    @Test
    void aKeyOnItsWayIsWatchedAtTheImporter() {
        TestClient client = plane.client();
        TestClient other = plane.client();
        cluster.put(key, "v");
        cluster.migrate(slot, 1);
        cluster.migrateKey(key);

        assertThat(client.call("WATCH", key)).isEqualTo("OK");
        assertThat(transaction(client, "APPEND", "GET")).isEqualTo("[2, vx]");
        assertThat(client.call("WATCH", key)).isEqualTo("OK");
        other.call("APPEND", key, "y");
        assertThat(transaction(client, "APPEND", "GET")).isEqualTo("(nil)");
        assertThat(cluster.get(key)).isEqualTo("vxy");
    }

    @Test
    void aLostLeaseIsAConflict() {
        TestClient client = plane.client();
        assertThat(client.call("WATCH", key)).isEqualTo("OK");

        cluster.node(0).cut();
        plane.awaitCount(Metric.LEASES, 0);

        assertThat(client.call("WATCH", sibling)).isEqualTo("OK");
        assertThat(transaction(client, "APPEND", "GET")).isEqualTo("(nil)");
        assertThat(client.call("WATCH", key)).isEqualTo("OK");
        assertThat(transaction(client, "APPEND", "GET")).isEqualTo("[1, x]");
    }

    @Test
    void aGuardedTransactionInFlightOnALostConnectionIsUncertain() {
        TestClient client = plane.client();
        client.call("WATCH", key);
        cluster.node(0).rule(command -> command.is("exec") ? Answer.CLOSE : cluster.answer(0, command));

        assertThat(transaction(client, "APPEND", "GET")).startsWith("-UNCERTAIN ");
        client.call("WATCH", key);
        assertThat(transaction(client, "GET", "STRLEN")).isEqualTo("(nil)");
    }

    @Test
    void watchWaitsForItsNode() {
        cluster.node(0).stop();
        TestClient client = plane.client();
        await().until(() -> plane.feedback.contains("unreachable " + cluster.node(0).address()));
        client.ask("WATCH", key).ask("MULTI").ask("APPEND", key, "x").ask("EXEC");

        cluster.node(0).start();

        assertThat(client.replies(4)).containsExactly("OK", "OK", "QUEUED", "[1]");
    }

    @Test
    void clientsThatLeaveWhileWatchIsUnderWayLeaveNothing() {
        cluster.node(0).rule(command -> command.is("watch") ? Answer.NOTHING : cluster.answer(0, command));
        TestClient first = plane.client();
        first.ask("WATCH", key);
        await().until(() -> cluster.node(0).commands("watch").size() == 1);
        plane.drop(0);
        plane.awaitCount(Metric.SESSIONS, 0);
        plane.awaitCount(Metric.LEASES, 0);

        cluster.node(0).stop();
        TestClient second = plane.client();
        second.ask("WATCH", key);
        plane.awaitCount(Metric.PARKED, 1);
        plane.drop(1);
        plane.awaitCount(Metric.SESSIONS, 0);
        cluster.node(0).rule(command -> cluster.answer(0, command));
        cluster.node(0).start();
        plane.awaitCount(Metric.PARKED, 0);
        plane.awaitCount(Metric.KEPT_BYTES, 0);
    }

    /** Queues two commands on the key, with the value x where one is due, and returns what EXEC answers. */
    private String transaction(TestClient client, String first, String second) {
        client.ask("MULTI");
        for (String name : new String[]{first, second}) {
            if (name.equals("APPEND")) {
                client.ask(name, key, "x");
            } else {
                client.ask(name, key);
            }
        }
        assertThat(client.replies(3)).containsExactly("OK", "QUEUED", "QUEUED");
        client.ask("EXEC");
        return client.reply();
    }
}
