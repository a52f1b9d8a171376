package io.slotgate.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.plane.Answer;
import io.slotgate.proxy.plane.Command;
import io.slotgate.proxy.plane.Plane;
import io.slotgate.proxy.plane.TestClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Transactions whose slot moves, or whose node refuses them, hangs up or is away. */
@Timeout(60)
class TransactionRedirectTest extends TransactionFixture {
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
}
