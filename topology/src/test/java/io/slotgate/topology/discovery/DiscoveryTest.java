package io.slotgate.topology.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.topology.model.Health;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Node;
import io.slotgate.topology.model.Observation.NodeLost;
import io.slotgate.topology.model.Observation.Redirect;
import io.slotgate.topology.model.SlotMap;
import io.slotgate.topology.table.TopologyTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against nodes that misbehave in every way; a seldom interval, so that what happens was asked for. */
class DiscoveryTest {
    private static final Duration SELDOM = Duration.ofMinutes(10);
    private static final Duration GAP = Duration.ofMillis(20);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Duration IMPATIENT = Duration.ofMillis(300);
    private static final String A = "a".repeat(40);
    private static final String B = "b".repeat(40);

    private final TopologyTable table = new TopologyTable();
    private final FakeNode a = new FakeNode();
    private final FakeNode b = new FakeNode();
    private @Nullable Discovery discovery;

    @AfterEach
    void close() {
        if (discovery != null) {
            discovery.close();
        }
        a.close();
        b.close();
    }

    @Test
    void findsTheClusterFromOneSeed() throws Exception {
        healthy();

        SlotMap map = discover(SELDOM, null, a.address()).start().get(10, TimeUnit.SECONDS);

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

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 400 Bad Request\r\n\r\n", "$5\r\nhello\r\n", ":7\r\n", "*1\r\n$1\r\nx\r\n",
        "$-1\r\n",
        "*-1\r\n", "+OK\r\n", "-ERR unknown command\r\n", "$999999999999999999999\r\n", "\u0000\u0001\u0002\r\n",
        "*1000000000\r\n"})
    void aSeedThatAnswersNonsenseIsPassedOver(String nonsense) throws Exception {
        healthy();
        try (FakeNode bad = new FakeNode()) {
            bad.answer(command -> nonsense);

            SlotMap map = discover(SELDOM, null, bad.address(), a.address()).start().get(10, TimeUnit.SECONDS);

            assertThat(map.coveredSlots()).isEqualTo(SlotMap.SLOTS);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 400 Bad Request\r\n\r\n", "$5\r\nhello\r\n", ":7\r\n", "$-1\r\n",
        "*3\r\n*0\r\n:1\r\n$-1\r\n"})
    void aNodeThatStartsToAnswerNonsenseDoesNotStopTheOthers(String nonsense) throws Exception {
        healthy();
        discover(SELDOM, null, a.address()).start().get(10, TimeUnit.SECONDS);
        await().until(() -> b.asked.get() > 0);

        b.answer(command -> nonsense);
        a.answer(cluster(A, 5, "0-16383", 2, ""));
        refreshUntil(() -> table.current().epoch(16383) == 5);

        assertThat(primary(table.current(), 16383).id()).isEqualTo(A);
        refreshUntil(() -> health(B) == Health.SUSPECTED);
        b.answer(cluster(B, 5, "0-16383", 2, ""));
        refreshUntil(() -> health(B) == Health.UP);
    }

    @Test
    void aHangingSeedDoesNotDelayTheOthers() throws Exception {
        healthy();
        try (FakeNode hanging = new FakeNode()) {
            hanging.answer(command -> null);

            discover(SELDOM, null, hanging.address(), a.address()).start().get(10, TimeUnit.SECONDS);

            assertThat(table.current().coveredSlots()).isEqualTo(SlotMap.SLOTS);
        }
    }

    @Test
    void aNodeThatHangsIsSuspectedUntilItAnswers() throws Exception {
        healthy();
        discovery = new Discovery(new ClusterAccess(List.of(a.address()), null, null, null, IMPATIENT, IMPATIENT),
                new DiscoverySettings(SELDOM, GAP, 3), table);
        discovery.start().get(10, TimeUnit.SECONDS);
        await().until(() -> b.asked.get() > 0);

        b.answer(command -> null);
        refreshUntil(() -> health(B) == Health.SUSPECTED);
        healthy();
        refreshUntil(() -> health(B) == Health.UP);
    }

    @Test
    void keepsTryingUntilThereIsACluster() throws Exception {
        CompletableFuture<SlotMap> first = discover(SELDOM, null, closedPort(), a.address()).start();
        await().until(() -> a.asked.get() >= 3);
        assertThat(first).isNotDone();

        healthy();

        assertThat(first.get(10, TimeUnit.SECONDS).coveredSlots()).isEqualTo(SlotMap.SLOTS);
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
        discover(SELDOM, null, a.address()).start().get(10, TimeUnit.SECONDS);
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
        started.start().get(10, TimeUnit.SECONDS);

        for (int i = 0; i < 10_000; i++) {
            started.requestRefresh("test");
        }

        // COMMAND goes the same way: what was asked for before it has been seen by then.
        started.commandTable().get(10, TimeUnit.SECONDS);
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
    void aReportedRedirectIsFollowedAndCheckedAtTheNamedNode() throws Exception {
        healthy();
        Discovery started = discover(SELDOM, null, a.address());
        started.start().get(10, TimeUnit.SECONDS);
        await().until(() -> b.asked.get() > 0);
        int before = b.asked.get();
        b.answer(cluster(B, 1, "1-8191", 7, "0 8192-16383"));

        started.report(new Redirect(0, b.address(), a.address()));

        await().until(() -> table.current().epoch(0) == 7);
        assertThat(primary(table.current(), 0).id()).isEqualTo(B);
        assertThat(primary(table.current(), 1).id()).isEqualTo(A);
        assertThat(b.asked.get()).isGreaterThan(before);
    }

    @Test
    void aReportedLossIsChecked() throws Exception {
        healthy();
        List<Health> seen = new ArrayList<>();
        Discovery started = discover(SELDOM, null, a.address());
        started.start().get(10, TimeUnit.SECONDS);
        await().until(() -> b.asked.get() > 0);
        table.subscribe(map -> seen.add(health(B)));

        started.report(new NodeLost(b.address()));

        await().until(() -> seen.contains(Health.SUSPECTED) && health(B) == Health.UP);
    }

    @Test
    void aNodeThatIsKnownToBeUnwellIsNotLostAgain() throws Exception {
        healthy();
        Discovery started = discover(SELDOM, Duration.ofMinutes(1), a.address());
        started.start().get(10, TimeUnit.SECONDS);
        table.observe(new NodeLost(b.address()));
        long version = table.current().version();

        for (int i = 0; i < 1000; i++) {
            started.report(new NodeLost(b.address()));
        }

        started.commandTable().get(10, TimeUnit.SECONDS);
        assertThat(table.current().version()).isEqualTo(version);
        assertThat(a.asked).hasValue(1);
    }

    @Test
    void givesTheCommandTableOfTheFirstNodeThatHasOne() throws Exception {
        healthy();
        try (FakeNode bad = new FakeNode()) {
            bad.answer(command -> "-ERR no\r\n");

            List<Object> commands = discover(SELDOM, null, bad.address(), a.address()).commandTable().get(10,
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

        assertThat(commands).failsWithin(Duration.ofSeconds(10)).withThrowableThat().withMessageContaining("ERR no");
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
        discovery.start().get(10, TimeUnit.SECONDS);

        assertThat(logins).containsExactly("AUTH PROXY PASS");
    }

    @Test
    void leavesNoThreadBehind() throws Exception {
        healthy();
        Discovery started = discover(SELDOM, null, a.address());
        CompletableFuture<SlotMap> first = started.start();
        first.get(10, TimeUnit.SECONDS);
        assertThat(threads()).isNotEmpty();

        started.close();
        started.close();
        started.requestRefresh("after close");
        started.report(new NodeLost(a.address()));

        await().until(() -> threads().isEmpty());
        await().until(() -> a.connections() == 0 && b.connections() == 0);
    }

    @Test
    void closingCancelsWhatNeverCame() {
        Discovery started = discover(SELDOM, null, closedPort());
        CompletableFuture<SlotMap> first = started.start();

        started.close();

        assertThat(first).isCompletedExceptionally();
    }

    private Discovery discover(Duration interval, @Nullable Duration gap, HostPort... seeds) {
        Discovery created = new Discovery(
                new ClusterAccess(Arrays.asList(seeds), null, null, null, TIMEOUT, TIMEOUT),
                new DiscoverySettings(interval, gap == null ? GAP : gap, 3), table);
        discovery = created;
        return created;
    }

    private void refreshUntil(Callable<Boolean> holds) {
        await().until(() -> {
            if (discovery != null) {
                discovery.requestRefresh("test");
            }
            return holds.call();
        });
    }

    private void healthy() {
        a.answer(cluster(A, 1, "0-8191", 2, "8192-16383"));
        b.answer(cluster(B, 1, "0-8191", 2, "8192-16383"));
    }

    private FakeNode.Answers cluster(String asked, long epochOfA, String slotsOfA, long epochOfB, String slotsOfB) {
        return command -> standard(command, asked.equals(A) ? "a" : "b",
                line(A, a.address(), asked.equals(A) ? "myself,master" : "master", epochOfA, slotsOfA),
                line(B, b.address(), asked.equals(B) ? "myself,master" : "master", epochOfB, slotsOfB));
    }

    private static String standard(String command, String name, String... lines) {
        if (command.equals("CLUSTER NODES")) {
            return FakeNode.bulk(String.join("", lines));
        }
        return switch (command) {
            case "INFO SERVER" -> FakeNode.bulk("# Server\r\navailability_zone:z" + name + "\r\n");
            case "CLUSTER MYSHARDID" -> FakeNode.bulk("shard-" + name);
            case "COMMAND" -> "*1\r\n*3\r\n$3\r\nget\r\n:2\r\n*2\r\n+readonly\r\n+fast\r\n";
            default -> command.startsWith("AUTH") || command.startsWith("CLIENT")
                    ? "+OK\r\n"
                    : "-ERR unknown command\r\n";
        };
    }

    private static String line(String id, HostPort address, String flags, long epoch, String slots) {
        return id + " " + address + "@1 " + flags + " - 0 0 " + epoch + " connected"
                + (slots.isEmpty() ? "" : " " + slots) + "\n";
    }

    private @Nullable Health health(String id) {
        Node node = table.current().node(id);
        return node == null ? null : node.health();
    }

    private static Node primary(SlotMap map, int slot) {
        Node primary = map.primary(slot);
        assertThat(primary).isNotNull();
        return primary;
    }

    private static HostPort closedPort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new HostPort("127.0.0.1", socket.getLocalPort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream().filter(Thread::isAlive).map(Thread::getName)
                .filter(name -> name.startsWith("slotgate-") || name.startsWith("lettuce-")).toList();
    }
}
