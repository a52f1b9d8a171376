package io.slotgate.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.topology.model.Health;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Node;
import io.slotgate.topology.model.Role;
import io.slotgate.topology.model.Shard;
import io.slotgate.topology.model.SlotMap;
import io.slotgate.topology.model.SlotMapBuilder;
import io.slotgate.topology.model.SlotMove;
import io.slotgate.topology.model.SlotRange;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MovingSlotsTest {
    private final MovingSlots slots = new MovingSlots();
    private final SlotMap halves = halves(8191, "a").build();

    private static SlotMapBuilder halves(int lastOfFirst, String primary) {
        return SlotMap.builder()
                .shard(shard("one", primary), 1, List.of(new SlotRange(0, lastOfFirst)))
                .shard(shard("two", "c"), 2, List.of(new SlotRange(lastOfFirst + 1, SlotMap.SLOTS - 1)));
    }

    private static Shard shard(String id, String primary) {
        return new Shard(id, new Node(primary, new HostPort("127.0.0.1", 7000 + primary.charAt(0)), Role.PRIMARY, null,
                Health.UP), List.of());
    }

    private static long seconds(int seconds) {
        return Long.MAX_VALUE - 5 + TimeUnit.SECONDS.toNanos(seconds);
    }

    @Test
    void theFirstMapTellsOfNoMove() {
        slots.follow(SlotMap.empty(), halves, seconds(0));

        assertThat(slots.any(seconds(0))).isFalse();
    }

    @Test
    void aFailoverIsNoMove() {
        slots.follow(halves, halves(8191, "b").build(), seconds(0));

        assertThat(slots.any(seconds(0))).isFalse();
    }

    @Test
    void slotsThatMovedLatelyMayNotBeTheLast() {
        slots.follow(halves, halves(8190, "a").build(), seconds(0));

        assertThat(slots.any(seconds(0))).isTrue();
        assertThat(slots.any(seconds(29))).isTrue();
        assertThat(slots.any(seconds(30))).isFalse();
    }

    @Test
    void aSlotOnItsWayCountsForAsLongAsItTakesAndAWhileAfter() {
        SlotMap moving = halves(8191, "a").move(new SlotMove(5, "a", "c")).build();
        slots.follow(halves, moving, seconds(0));
        assertThat(slots.any(seconds(3600))).isTrue();

        slots.follow(moving, halves, seconds(3600));

        assertThat(slots.any(seconds(3629))).isTrue();
        assertThat(slots.any(seconds(3630))).isFalse();
    }

    @Test
    void whoComesLaterKnowsWhatOthersHaveSeen() {
        slots.moved(seconds(0));
        MovingSlots later = new MovingSlots();
        later.follow(SlotMap.empty(), halves, seconds(20));
        assertThat(later.any(seconds(20))).isFalse();

        later.learn(slots);

        assertThat(later.any(seconds(29))).isTrue();
        assertThat(later.any(seconds(31))).isFalse();
    }

    @Test
    void aRedirectTellsOfAMove() {
        slots.moved(seconds(0));

        assertThat(slots.any(seconds(29))).isTrue();
        assertThat(slots.any(seconds(31))).isFalse();
    }
}
