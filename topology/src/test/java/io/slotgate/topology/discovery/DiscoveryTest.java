package io.slotgate.topology.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.topology.model.Node;
import io.slotgate.topology.model.Observation.NodeLost;
import io.slotgate.topology.model.SlotMap;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How the cluster is found and asked: seeds, regular refreshes, what else nodes tell and are told, and the end. */
class DiscoveryTest extends DiscoveryFixture {
    @Test
    void findsTheClusterFromOneSeed() throws Exception {
        healthy();

        SlotMap map = discover(SELDOM, null, a.address()).start().get(40, TimeUnit.SECONDS);

        assertThat(map.coveredSlots()).isEqualTo(SlotMap.SLOTS);
        assertThat(primary(map, 0).address()).isEqualTo(a.address());
        assertThat(primary(map, 16383).address()).isEqualTo(b.address());
        assertThat(table.current().version()).isPositive();
    }

    @Test
    void asksEveryNodeForItsZone() {
        healthy();

        discover(SELDOM, null, a.address()).start();

        await().until(
                () -> table.current().nodes().stream().map(Node::zone).map(String::valueOf).sorted().toList()
                        .equals(List.of("za", "zb")));
        assertThat(table.current().shards()).extracting(shard -> shard.id()).containsExactly("shard-a", "shard-b");
    }

    @Test
    void keepsTryingUntilThereIsACluster() throws Exception {
        CompletableFuture<SlotMap> first = discover(SELDOM, null, closedPort(), a.address()).start();
        await().until(() -> a.asked.get() >= 3);
        assertThat(first).isNotDone();

        healthy();

        assertThat(first.get(40, TimeUnit.SECONDS).coveredSlots()).isEqualTo(SlotMap.SLOTS);
    }

    @Test
    void aClusterWithoutSlotsIsNotUsableYet() {
        a.answer(cluster(A, 0, "", 0, ""));

        CompletableFuture<SlotMap> first = discover(SELDOM, null, a.address()).start();

        await().until(() -> a.asked.get() >= 3);
        assertThat(first).isNotDone();
    }

    @Test
    void fallsBackToSeedsWhenAllNodesAreGone() throws Exception {
        healthy();
        discover(SELDOM, null, a.address()).start().get(40, TimeUnit.SECONDS);
        String moved = "c".repeat(40);
        a.answer(command -> standard(command, "z", line(moved, a.address(), "myself,master", 1, "0-16383")));
        b.close();

        refreshUntil(() -> table.current().nodes().size() == 1);

        assertThat(primary(table.current(), 0).id()).isEqualTo(moved);
    }

    @Test
    void manyRequestsAreOneRefresh() throws Exception {
        a.answer(command -> standard(command, "z", line(A, a.address(), "myself,master", 1, "0-16383")));
        Discovery started = discover(SELDOM, Duration.ofMinutes(1), a.address());
        started.start().get(40, TimeUnit.SECONDS);

        for (int i = 0; i < 10_000; i++) {
            started.requestRefresh("test");
        }

        // COMMAND goes the same way: what was asked for before it has been seen by then.
        started.commandTable().get(40, TimeUnit.SECONDS);
        assertThat(a.asked).hasValue(1);
    }

    @Test
    void refreshesRegularly() {
        a.answer(command -> standard(command, "z", line(A, a.address(), "myself,master", 1, "0-16383")));

        discover(Duration.ofMillis(50), null, a.address()).start();

        await().until(() -> a.asked.get() >= 5);
        assertThat(a.connections()).isEqualTo(1);
    }

    @Test
    void givesTheCommandTableOfTheFirstNodeThatHasOne() throws Exception {
        healthy();
        try (FakeNode bad = new FakeNode()) {
            bad.answer(command -> "-ERR no\r\n");

            List<Object> commands = discover(SELDOM, null, bad.address(), a.address()).commandTable().get(40,
                    TimeUnit.SECONDS);

            assertThat(commands).hasSize(1);
            List<?> get = (List<?>) commands.get(0);
            assertThat((byte[]) get.get(0)).asString(StandardCharsets.US_ASCII).isEqualTo("get");
            assertThat(get.get(1)).isEqualTo(2L);
            assertThat((List<?>) get.get(2)).hasSize(2);
        }
    }

    @Test
    void failsToGiveACommandTableWhenNobodyDoes() {
        a.answer(command -> "-ERR no\r\n");

        CompletableFuture<List<Object>> commands = discover(SELDOM, null, a.address()).commandTable();

        assertThat(commands).failsWithin(Duration.ofSeconds(40)).withThrowableThat().withMessageContaining("ERR no");
    }

    @ParameterizedTest
    @CsvSource({"'*2|$17|cluster-databases|$2|16|', 16", "'*0|', 0"})
    void tellsHowManyDatabasesThereAre(String reply, int databases) throws Exception {
        healthy();
        FakeNode.Answers served = cluster(A, 1, "0-8191", 2, "8192-16383");
        a.answer(command -> command.equalsIgnoreCase("CONFIG GET cluster-databases")
                ? reply.replace("|", "\r\n")
                : served.to(command));

        assertThat(discover(SELDOM, null, a.address()).databases().get(40, TimeUnit.SECONDS)).isEqualTo(databases);
    }

    @Test
    void logsInWithUserAndPassword() throws Exception {
        List<String> logins = new ArrayList<>();
        healthy();
        FakeNode.Answers served = cluster(A, 1, "0-8191", 2, "8192-16383");
        a.answer(command -> {
            if (command.startsWith("AUTH")) {
                synchronized (logins) {
                    logins.add(command);
                }
            }
            return served.to(command);
        });

        discovery = new Discovery(new ClusterAccess(List.of(a.address()), "proxy", "PASS", null, TIMEOUT, TIMEOUT),
                new DiscoverySettings(SELDOM, GAP, 3), table);
        discovery.start().get(40, TimeUnit.SECONDS);

        assertThat(logins).containsExactly("AUTH PROXY PASS");
    }

    @Test
    void nodesAreToldStandingCommandsAndAgainWhenTheyAreBack() throws Exception {
        List<String> told = Collections.synchronizedList(new ArrayList<>());
        FakeNode.Answers ofA = cluster(A, 1, "0-8191", 2, "8192-16383");
        FakeNode.Answers ofB = cluster(B, 1, "0-8191", 2, "8192-16383");
        a.answer(command -> command.startsWith("ACL") ? told(told, "a " + command, "+OK\r\n") : ofA.to(command));
        b.answer(command -> command.startsWith("ACL")
                ? told(told, "b " + command, command.endsWith("X") ? "-ERR no\r\n" : "+OK\r\n")
                : ofB.to(command));
        Discovery started = discover(SELDOM, null, a.address());
        started.start().get(40, TimeUnit.SECONDS);

        StandingCommands standing = started.keep(List.of(new StandingCommand("x", List.of("ACL", "SETUSER", "x")),
                new StandingCommand("y", List.of("ACL", "SETUSER", "y"))));
        standing.everywhere().get(40, TimeUnit.SECONDS);

        assertThat(told).containsExactlyInAnyOrder("a ACL SETUSER X", "a ACL SETUSER Y", "b ACL SETUSER X",
                "b ACL SETUSER Y");
        assertThat(standing.refusal("x")).isEqualTo("ERR no");
        assertThat(standing.refusal("y")).isNull();
        told.clear();
        table.observe(new NodeLost(a.address()));
        // B may be asked again meanwhile whether it still refuses.
        refreshUntil(() -> told.stream().filter(each -> each.startsWith("a ")).count() == 2);
        assertThat(told).contains("a ACL SETUSER X", "a ACL SETUSER Y");
        assertThat(new StandingCommand("x", List.of("ACL", "SETUSER", "secret"))).hasToString("ACL for x");
    }

    private static String told(List<String> list, String what, String reply) {
        list.add(what);
        return reply;
    }

    @Test
    void leavesNoThreadBehind() throws Exception {
        healthy();
        Discovery started = discover(SELDOM, null, a.address());
        CompletableFuture<SlotMap> first = started.start();
        first.get(40, TimeUnit.SECONDS);
        assertThat(threads()).isNotEmpty();

        started.close();
        started.close();
        started.requestRefresh("after close");
        started.report(new NodeLost(a.address()));

        await().until(() -> threads().isEmpty());
        await().until(() -> a.connections() == 0 && b.connections() == 0);
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream().filter(Thread::isAlive).map(Thread::getName)
                .filter(name -> name.startsWith("slotgate-") || name.startsWith("lettuce-")).toList();
    }

    @Test
    void closingCancelsWhatNeverCame() {
        Discovery started = discover(SELDOM, null, closedPort());
        CompletableFuture<SlotMap> first = started.start();

        started.close();

        assertThat(first).isCompletedExceptionally();
    }
}
