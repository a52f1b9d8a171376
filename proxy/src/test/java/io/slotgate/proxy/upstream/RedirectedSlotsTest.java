package io.slotgate.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.topology.model.Health;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Node;
import io.slotgate.topology.model.Role;
import io.slotgate.topology.model.Shard;
import io.slotgate.topology.model.SlotMap;
import io.slotgate.topology.model.SlotRange;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RedirectedSlotsTest {
    private static final HostPort A = new HostPort("127.0.0.1", 7001);
    private static final HostPort B = new HostPort("127.0.0.1", 7002);
    private static final HostPort C = new HostPort("127.0.0.1", 7003);

    private final RedirectedSlots slots = new RedirectedSlots();
    private final SlotMap map = map(Health.UP);

    /** All slots are A's; B is there. */
    private static SlotMap map(Health ofB) {
        return SlotMap.builder()
                .shard(new Shard("one", new Node("a", A, Role.PRIMARY, null, Health.UP),
                        List.of(new Node("c", C, Role.REPLICA, null, Health.UP))),
                        1, List.of(new SlotRange(0, SlotMap.SLOTS - 2)))
                .shard(new Shard("two", new Node("b", B, Role.PRIMARY, null, ofB), List.of()),
                        2, List.of(new SlotRange(SlotMap.SLOTS - 1, SlotMap.SLOTS - 1)))
                .build();
    }

    private static long millis(int millis) {
        return Long.MAX_VALUE - 5 + TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private Map<Integer, HostPort> beside(SlotMap map, long now) {
        Map<Integer, HostPort> redirected = new TreeMap<>();
        slots.follow(map, now, redirected::put);
        return redirected;
    }

    @Test
    void aRedirectCountsBesideMapsThatComeSoonAfterIt() {
        slots.add(5, B, millis(0));

        assertThat(beside(map, millis(0))).containsOnly(Map.entry(5, B));
        assertThat(beside(map, millis(1000))).containsOnly(Map.entry(5, B));
        assertThat(beside(map, millis(1001))).isEmpty();
        assertThat(beside(map, millis(1000))).as("forgotten").isEmpty();
    }

    @Test
    void theMapIsFollowedAgainWhenARedirectNoLongerCountsBesideIt() {
        slots.add(5, B, millis(0));
        assertThat(slots.over(millis(1001))).as("no map came").isFalse();
        beside(map, millis(10));

        assertThat(slots.over(millis(1000))).isFalse();
        assertThat(slots.over(millis(1001))).isTrue();
        assertThat(beside(map, millis(1001))).isEmpty();
        assertThat(slots.over(millis(1002))).isFalse();
    }

    @Test
    void theLastRedirectOfASlotCounts() {
        slots.add(5, B, millis(0));
        slots.add(5, A, millis(900));

        assertThat(beside(map, millis(1500))).containsOnly(Map.entry(5, A));
    }

    @Test
    void anOwnerThatHasFailedOrIsReplicaByNowOrIsNotKnownIsLeftToTheMap() {
        slots.add(5, B, millis(0));
        slots.add(6, C, millis(0));
        slots.add(7, new HostPort("127.0.0.1", 7004), millis(0));

        assertThat(beside(map(Health.FAILED), millis(1))).isEmpty();
        assertThat(beside(map, millis(1))).containsOnly(Map.entry(5, B));
    }
}
