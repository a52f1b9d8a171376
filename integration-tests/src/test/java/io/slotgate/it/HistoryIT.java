package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.deploy.dev.LocalNode;
import io.slotgate.proxy.plane.SlotTags;
import io.slotgate.topology.history.HistoryEntry;
import io.slotgate.topology.history.TopologyEvent;
import io.slotgate.topology.history.TopologyEvent.CommandsParked;
import io.slotgate.topology.history.TopologyEvent.FailedOver;
import io.slotgate.topology.history.TopologyEvent.MoveBegan;
import io.slotgate.topology.history.TopologyEvent.NodeHealthChanged;
import io.slotgate.topology.history.TopologyEvent.ShardAdded;
import io.slotgate.topology.history.TopologyEvent.ShardRemoved;
import io.slotgate.topology.history.TopologyEvent.SlotsMoved;
import io.slotgate.topology.history.TopologyHistory;
import io.slotgate.topology.model.Cause;
import io.slotgate.topology.model.Health;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.NodeFigures;
import io.slotgate.topology.model.NodeHealth;
import io.slotgate.topology.model.SlotRange;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Real nodes fail over, move slots and die, and the proxy can tell afterwards what happened, why, and how its nodes are. */
@Timeout(180)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HistoryIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int SHARDS = 3;
    private static final int MOVES = 30;

    @RegisterExtension
    static final ProxyFixture proxy = new ProxyFixture().cluster(cluster -> cluster.shards(SHARDS).replicas(1))
            .nodesFail();

    private static TopologyHistory history() {
        return proxy.server().history();
    }

    private static List<TopologyEvent> eventsSince(long id) {
        return history().since(id).stream().map(HistoryEntry::event).toList();
    }

    private static long now() {
        HistoryEntry last = history().last();
        return last == null ? 0 : last.id();
    }

    private static @Nullable NodeHealth health(LocalNode node) {
        return proxy.server().nodeHealth().get(node.address());
    }

    private static NodeFigures figures(LocalNode node) {
        return Objects.requireNonNull(Objects.requireNonNull(health(node)).figures());
    }

    private static HostPort primary(int slot) {
        return Objects.requireNonNull(proxy.server().slots().primary(slot)).address();
    }

    @Test
    @Order(1)
    void aReshardingIsOneEvent() throws IOException {
        long before = now();
        try (SlotMover mover = new SlotMover(proxy.cluster(), SHARDS); Wire client = proxy.connectPlain()) {
            for (int slot = 0; slot < MOVES; slot++) {
                mover.move(slot, 0, 1);
                assertThat(client.raw("GET", SlotTags.of(slot))).isEqualTo("$-1\r\n");
            }
        }

        HostPort target = proxy.cluster().node(1).address();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(eventsSince(before))
                .filteredOn(event -> event instanceof SlotsMoved moved
                        && Objects.requireNonNull(moved.to()).address().equals(target))
                .singleElement().satisfies(event -> {
                    SlotsMoved moved = (SlotsMoved) event;
                    assertThat(moved.slots()).containsExactly(new SlotRange(0, MOVES - 1));
                    assertThat(Objects.requireNonNull(moved.from()).address())
                            .isEqualTo(proxy.cluster().node(0).address());
                }));
        assertThat(eventsSince(before)).noneMatch(MoveBegan.class::isInstance);
    }

    @Test
    @Order(2)
    void everyNodeIsAskedHowItIs() throws IOException {
        List<LocalNode> nodes = proxy.cluster().nodes();

        await().atMost(PATIENCE).untilAsserted(() -> {
            for (LocalNode node : nodes) {
                NodeHealth health = health(node);
                assertThat(health).isNotNull();
                assertThat(Objects.requireNonNull(health).figures()).isNotNull();
            }
        });
        for (LocalNode node : nodes) {
            NodeHealth health = Objects.requireNonNull(health(node));
            assertThat(health.connected()).isTrue();
            assertThat(health.probeMicros()).isPositive();
            assertThat(health.lastAnswer()).isNotNull();
            assertThat(figures(node).usedMemoryBytes()).isPositive();
            assertThat(figures(node).uptimeSeconds()).isNotNegative();
        }
        for (LocalNode replica : nodes.subList(SHARDS, 2 * SHARDS)) {
            await().atMost(PATIENCE).until(() -> Boolean.TRUE.equals(figures(replica).primaryLinkUp()));
            await().atMost(PATIENCE).until(() -> Objects.requireNonNull(health(replica)).lagBytes() >= 0);
        }
    }

    @Test
    @Order(3)
    void aPlannedFailoverIsOneEventWithItsCause() throws IOException {
        long before = now();
        HostPort from = primary(16000);
        LocalNode replica = proxy.cluster().nodes().subList(SHARDS, 2 * SHARDS).stream()
                .filter(node -> follows(node, from))
                .findFirst().orElseThrow();

        assertThat(replica.text("CLUSTER", "FAILOVER")).isEqualTo("OK");
        try (Wire client = proxy.connectPlain()) {
            await().atMost(PATIENCE).until(() -> {
                assertThat(client.raw("SET", SlotTags.of(16000), "v")).isEqualTo("+OK\r\n");
                return primary(16000).equals(replica.address());
            });
        }

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(history().since(before))
                .filteredOn(entry -> entry.event() instanceof FailedOver).singleElement().satisfies(entry -> {
                    FailedOver failover = (FailedOver) entry.event();
                    assertThat(failover.from().address()).isEqualTo(from);
                    assertThat(failover.to().address()).isEqualTo(replica.address());
                    assertThat(entry.cause().kind()).isIn(Cause.Kind.REDIRECT, Cause.Kind.PROBE);
                    assertThat(entry.cause().from()).isNotNull();
                }));
        assertThat(eventsSince(before)).noneMatch(event -> event instanceof SlotsMoved || event instanceof ShardAdded
                || event instanceof ShardRemoved);
    }

    @Test
    @Order(4)
    void aReplicaThatDiesIsUnwellAndSaidToBe() throws IOException {
        // After a failover it takes the former primary a moment to follow.
        await().atMost(PATIENCE).until(() -> !proxy.server().slots().shards().getLast().replicas().isEmpty());
        HostPort replica = proxy.server().slots().shards().getLast().replicas().getFirst().address();
        LocalNode dying = proxy.cluster().nodes().stream().filter(node -> node.address().equals(replica)).findFirst()
                .orElseThrow();
        await().atMost(PATIENCE).until(() -> health(dying) != null);
        long before = now();

        dying.kill();

        await().atMost(PATIENCE).until(() -> !Objects.requireNonNull(health(dying)).connected());
        await().atMost(PATIENCE).until(() -> Objects.requireNonNull(health(dying)).failure() != null);
        await().atMost(PATIENCE).until(() -> history().since(before).stream()
                .anyMatch(entry -> entry.event() instanceof NodeHealthChanged changed
                        && changed.node().address().equals(dying.address())
                        && changed.from() == Health.UP && changed.to() != Health.UP
                        && Set.of(Cause.Kind.CONNECTION_LOST, Cause.Kind.PROBE).contains(entry.cause().kind())));

        dying.restart();
        await().atMost(PATIENCE).until(() -> {
            NodeHealth health = Objects.requireNonNull(health(dying));
            return health.connected() && health.failure() == null
                    && Boolean.TRUE.equals(figures(dying).primaryLinkUp());
        });
        await().atMost(PATIENCE).until(() -> eventsSince(before).stream()
                .anyMatch(event -> event instanceof NodeHealthChanged changed
                        && changed.node().address().equals(dying.address()) && changed.to() == Health.UP));
    }

    @Test
    @Order(5)
    void aPrimaryThatDiesIsReplacedAndCommandsWaitedForThat() throws IOException {
        long before = now();
        HostPort from = primary(16000);
        LocalNode dying = proxy.cluster().nodes().stream().filter(node -> node.address().equals(from)).findFirst()
                .orElseThrow();

        dying.kill();
        try (Wire client = proxy.connectPlain()) {
            // A read, for those are never uncertain.
            assertThat(client.call("GET", SlotTags.of(16000))).isEqualTo("v");
        }

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(eventsSince(before))
                .anyMatch(event -> event instanceof FailedOver failover && failover.from().address().equals(from))
                .anyMatch(event -> event instanceof CommandsParked parked && parked.commands() >= 1
                        && parked.expired() == 0 && parked.longest().toMillis() > 0));
        dying.restart();
        await().atMost(PATIENCE).until(() -> follows(dying, primary(16000)));
    }

    private static boolean follows(LocalNode node, HostPort primary) {
        try {
            String text = node.text("INFO", "replication");
            return text.contains("role:slave") && text.contains("master_port:" + primary.port());
        } catch (IOException e) {
            return false;
        }
    }
}
