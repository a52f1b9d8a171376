package io.slotgate.topology.history;

import static io.slotgate.topology.history.Maps.address;
import static io.slotgate.topology.history.Maps.name;
import static io.slotgate.topology.history.Maps.primary;
import static io.slotgate.topology.history.Maps.replica;
import static io.slotgate.topology.history.Maps.shard;
import static io.slotgate.topology.history.Maps.slots;
import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.topology.history.TopologyEvent.ClusterFound;
import io.slotgate.topology.history.TopologyEvent.CommandsParked;
import io.slotgate.topology.history.TopologyEvent.ConnectionsLost;
import io.slotgate.topology.history.TopologyEvent.FailedOver;
import io.slotgate.topology.history.TopologyEvent.MoveBegan;
import io.slotgate.topology.history.TopologyEvent.NodeHealthChanged;
import io.slotgate.topology.history.TopologyEvent.Noted;
import io.slotgate.topology.history.TopologyEvent.RoleChanged;
import io.slotgate.topology.history.TopologyEvent.ShardRemoved;
import io.slotgate.topology.history.TopologyEvent.SlotsMoved;
import io.slotgate.topology.model.Cause;
import io.slotgate.topology.model.Health;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.NodeView;
import io.slotgate.topology.model.Observation.ClusterView;
import io.slotgate.topology.model.Observation.Redirect;
import io.slotgate.topology.model.Role;
import io.slotgate.topology.model.SlotMap;
import io.slotgate.topology.model.SlotRange;
import io.slotgate.topology.table.MapChange;
import io.slotgate.topology.table.Subscription;
import io.slotgate.topology.table.TopologyTable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TopologyHistoryTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Cause CAUSE = Cause.proxy("test");

    private Instant now = START;
    private final TopologyHistory history = new TopologyHistory(() -> now);

    private void pass(long millis) {
        now = now.plusMillis(millis);
    }

    private List<TopologyEvent> events() {
        return history.since(0).stream().map(HistoryEntry::event).toList();
    }

    @Test
    void aReshardingOf500SlotsIsOneEventThatGrows() {
        TopologyTable table = new TopologyTable();
        table.watch(history::onChange);
        table.observe(view(1, 0, slots(0, 8191), slots(8192, 16383)));
        List<Long> heard = new ArrayList<>();
        history.subscribe(entry -> heard.add(entry.id()));

        for (int slot = 0; slot < 500; slot++) {
            pass(900);
            table.observe(new Redirect(slot, address("b"), address("a")));
        }

        assertThat(events()).containsExactly(new ClusterFound(2, 2, 16384),
                new SlotsMoved(slots(0, 499), name("a"), name("b")));
        HistoryEntry grown = history.since(1).getFirst();
        assertThat(grown.origin()).isEqualTo(2);
        assertThat(grown.id()).isEqualTo(501);
        assertThat(grown.time()).isEqualTo(START.plusMillis(900));
        assertThat(grown.until()).isEqualTo(START.plusMillis(500 * 900));
        assertThat(grown.cause()).isEqualTo(new Cause(Cause.Kind.REDIRECT, address("a").toString(),
                "slot 0 to " + address("b")));
        assertThat(grown.mapVersion()).isEqualTo(501);
        assertThat(heard).hasSize(500).isSorted();
    }

    @Test
    void afterAPauseItIsAnotherOne() {
        history.record(new SlotsMoved(slots(0, 0), name("a"), name("b")), CAUSE);
        pass(10_001);
        history.record(new SlotsMoved(slots(1, 1), name("a"), name("b")), CAUSE);

        assertThat(events()).containsExactly(new SlotsMoved(slots(0, 0), name("a"), name("b")),
                new SlotsMoved(slots(1, 1), name("a"), name("b")));
    }

    @Test
    void slotsGoEachTheirWay() {
        history.record(new MoveBegan(slots(0, 0), name("a"), name("b")), CAUSE);
        history.record(new MoveBegan(slots(9, 9), name("b"), name("a")), CAUSE);
        history.record(new SlotsMoved(slots(0, 0), name("a"), name("b")), CAUSE);
        history.record(new MoveBegan(slots(1, 1), name("a"), name("b")), CAUSE);
        history.record(new SlotsMoved(slots(1, 1), name("a"), name("b")), CAUSE);

        assertThat(events()).containsExactly(new MoveBegan(slots(9, 9), name("b"), name("a")),
                new SlotsMoved(slots(0, 1), name("a"), name("b")));
    }

    @Test
    void whatFollowsFromAFailoverIsPartOfIt() {
        history.record(new FailedOver("s", name("a"), name("x")), CAUSE);
        long id = history.since(0).getFirst().id();
        pass(100);
        history.record(new SlotsMoved(slots(6, 6), name("a"), name("x")), CAUSE);
        history.record(new ShardRemoved("s", name("a")), CAUSE);
        history.record(new FailedOver("s2", name("a"), name("x")), CAUSE);
        pass(9_000);
        history.record(new RoleChanged(name("a"), Role.PRIMARY, Role.REPLICA), CAUSE);

        assertThat(events()).containsExactly(new FailedOver("s", name("a"), name("x")));
        assertThat(history.since(0).getFirst().id()).isEqualTo(id);
        history.record(new SlotsMoved(slots(6, 6), name("x"), name("b")), CAUSE);
        assertThat(events()).hasSize(2);
    }

    @Test
    void aNodeThatFlapsIsCounted() {
        for (int i = 0; i < 20; i++) {
            history.record(new NodeHealthChanged(name("a"), Health.UP, Health.SUSPECTED), CAUSE);
            pass(100);
            history.record(new NodeHealthChanged(name("a"), Health.SUSPECTED, Health.UP), CAUSE);
            pass(100);
        }

        assertThat(history.since(0)).extracting(HistoryEntry::times).containsExactly(20, 20);
    }

    @Test
    void parkedCommandsAddUp() {
        Instant began = now;
        pass(300);
        history.record(new CommandsParked(3, 0, Duration.ofMillis(300)), CAUSE, began);
        pass(50);
        history.record(new CommandsParked(4, 1, Duration.ofMillis(50)), CAUSE, now.minusMillis(50));

        HistoryEntry entry = history.since(0).getFirst();
        assertThat(entry.event()).isEqualTo(new CommandsParked(7, 1, Duration.ofMillis(300)));
        assertThat(entry.time()).isEqualTo(began);
        assertThat(entry.until()).isEqualTo(now);
        history.settle();
        pass(11_000);
        history.settle();
    }

    @Test
    void lostConnectionsToANodeAddUp() {
        HostPort node = new HostPort("h", 1);
        HostPort other = new HostPort("h", 2);
        history.record(new ConnectionsLost(node, 2, 5, 1), CAUSE);
        history.record(new ConnectionsLost(other, 1, 0, 0), CAUSE);
        pass(1_000);
        history.record(new ConnectionsLost(node, 1, 0, 3), CAUSE);

        assertThat(history.since(0)).extracting(HistoryEntry::event).containsExactlyInAnyOrder(
                new ConnectionsLost(node, 3, 5, 4), new ConnectionsLost(other, 1, 0, 0));
        pass(11_000);
        history.settle();
    }

    @Test
    void keepsTheLast512() {
        for (int i = 0; i < 600; i++) {
            history.record(new Noted("test", Integer.toString(i)), CAUSE);
        }

        assertThat(history.since(0)).hasSize(TopologyHistory.KEPT);
        assertThat(history.since(0).getFirst().event()).isEqualTo(new Noted("test", "88"));
        assertThat(history.since(598)).extracting(HistoryEntry::id).containsExactly(599L, 600L);
        assertThat(history.last()).isEqualTo(history.since(599).getFirst());
        assertThat(history.since(600)).isEmpty();
    }

    @Test
    void listenersAreToldUntilTheyHaveEnoughAndMayFail() {
        List<Long> heard = new ArrayList<>();
        history.subscribe(entry -> {
            throw new IllegalStateException("listener");
        });
        Subscription subscription = history.subscribe(entry -> heard.add(entry.id()));
        history.record(new Noted("test", "1"), CAUSE);
        subscription.close();
        history.record(new Noted("test", "2"), CAUSE);

        assertThat(heard).containsExactly(1L);
    }

    @Test
    void mapsThatSayTheSameAddNothing() {
        SlotMap map = SlotMap.builder().shard(shard("s", primary("a"), replica("x")), 1, slots(0, 16383)).build();
        history.onChange(new MapChange(map, map.withVersion(7), CAUSE));

        assertThat(history.since(0)).isEmpty();
        history.record(new Noted("test", ""), CAUSE);
        assertThat(history.since(0).getFirst().mapVersion()).isEqualTo(7);
    }

    private static ClusterView view(long round, long epoch, List<SlotRange> ofA, List<SlotRange> ofB) {
        return new ClusterView(round, "a", List.of(node("a", epoch + 1, ofA), node("b", epoch + 2, ofB)));
    }

    private static NodeView node(String id, long epoch, List<SlotRange> slots) {
        return new NodeView(id, address(id), List.of(), Role.PRIMARY, null, epoch, Set.of(), slots, List.of(), null,
                null);
    }
}
