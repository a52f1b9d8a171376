package io.slotgate.topology.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SlotMapTest {
    private final Node p1 = node("p1", 7001, Role.PRIMARY);
    private final Node p2 = node("p2", 7002, Role.PRIMARY);
    private final Node r1 = node("r1", 7003, Role.REPLICA);
    private final Shard s1 = new Shard("s1", p1, List.of(r1));
    private final Shard s2 = new Shard("s2", p2, List.of());

    @Test
    void findsOwnersBySlot() {
        SlotMap map = SlotMap.builder().version(5).shard(s1, 3, List.of(new SlotRange(0, 99), new SlotRange(200, 200)))
                .shard(s2, 4, List.of(new SlotRange(100, 199))).build();

        assertThat(map.version()).isEqualTo(5);
        assertThat(map.primary(0)).isEqualTo(p1);
        assertThat(map.primary(200)).isEqualTo(p1);
        assertThat(map.primary(100)).isEqualTo(p2);
        assertThat(map.shard(199)).isEqualTo(s2);
        assertThat(map.primary(201)).isNull();
        assertThat(map.shard(16383)).isNull();
        assertThat(map.epoch(7)).isEqualTo(3);
        assertThat(map.epoch(150)).isEqualTo(4);
        assertThat(map.epoch(201)).isEqualTo(-1);
        assertThat(map.coveredSlots()).isEqualTo(201);
        assertThat(map.shards()).containsExactly(s1, s2);
        assertThat(map.nodes()).containsExactlyInAnyOrder(p1, p2, r1);
    }

    @ParameterizedTest
    @EnumSource(Health.class)
    void countsSlotsWhoseOwnerIsNotWell(Health health) {
        Node unwell = new Node("p3", new HostPort("10.0.0.1", 7005), Role.PRIMARY, null, health);
        Node fallen = new Node("r3", new HostPort("10.0.0.1", 7006), Role.REPLICA, null, Health.FAILED);
        SlotMap map = SlotMap.builder().shard(s1, new SlotRange(0, 99))
                .shard(new Shard("s3", unwell, List.of(fallen)), new SlotRange(100, 104), new SlotRange(200, 201))
                .build();

        assertThat(map.coveredSlots()).isEqualTo(107);
        assertThat(map.unwellSlots()).isEqualTo(health == Health.UP ? 0 : 7);
        assertThat(map.withVersion(3).unwellSlots()).isEqualTo(map.unwellSlots());
    }

    @Test
    void findsNodesByIdAddressAndAlias() {
        HostPort name = new HostPort("node-1.example.com", 7001);
        SlotMap map = SlotMap.builder().shard(s1).alias(name, "p1").build();

        assertThat(map.node(new HostPort("10.0.0.1", 7001))).isEqualTo(p1);
        assertThat(map.node(name)).isEqualTo(p1);
        assertThat(map.node("r1")).isEqualTo(r1);
        assertThat(map.node(new HostPort("10.0.0.1", 9))).isNull();
        assertThat(map.node("nobody")).isNull();
    }

    @Test
    void theFirstNodeUnderAnAddressIsFoundUnlessAnAliasSaysOtherwise() {
        Node twin = new Node("twin", p1.address(), Role.PRIMARY, null, Health.FAILED);

        assertThat(SlotMap.builder().node(p1).node(twin).build().node(p1.address())).isEqualTo(p1);
        assertThat(SlotMap.builder().node(twin).node(p1).alias(p1.address(), "p1").build().node(p1.address()))
                .isEqualTo(p1);
    }

    @Test
    void comparesWhatIsSaidNotTheVersion() {
        SlotMap map = SlotMap.builder().shard(s1, new SlotRange(0, 5)).build();

        assertThat(map.withVersion(9).version()).isEqualTo(9);
        assertThat(map.withVersion(9).describesSameAs(map)).isTrue();
        assertThat(map.describesSameAs(SlotMap.builder().shard(s1, new SlotRange(0, 5)).build())).isTrue();
        assertThat(map.describesSameAs(SlotMap.builder().shard(s1, new SlotRange(0, 6)).build())).isFalse();
        assertThat(map.describesSameAs(SlotMap.builder().shard(s1, 2, List.of(new SlotRange(0, 5))).build())).isFalse();
        assertThat(map.describesSameAs(SlotMap.builder().shard(s1, new SlotRange(0, 5)).node(p2).build())).isFalse();
        assertThat(map.describesSameAs(SlotMap.empty())).isFalse();
    }

    @Test
    void twoShardsOfSwappedSlotsDiffer() {
        SlotMap map = SlotMap.builder().shard(s1, new SlotRange(0, 5)).shard(s2, new SlotRange(6, 9)).build();
        SlotMap other = SlotMap.builder().shard(s1, new SlotRange(0, 4), new SlotRange(6, 6))
                .shard(s2, new SlotRange(5, 5), new SlotRange(7, 9)).build();

        assertThat(map.describesSameAs(other)).isFalse();
    }

    @Test
    void emptyMapKnowsNobody() {
        assertThat(SlotMap.empty().version()).isZero();
        assertThat(SlotMap.empty().coveredSlots()).isZero();
        assertThat(SlotMap.empty().nodes()).isEmpty();
        assertThat(SlotMap.empty().primary(0)).isNull();
    }

    @Test
    void rejectsPartsThatDoNotFit() {
        assertThatIllegalArgumentException().isThrownBy(
                () -> SlotMap.builder().shard(s1, new SlotRange(0, 5)).shard(s2, new SlotRange(5, 6)))
                .withMessage("slot: 5 of shard s2 (expected: free, but owned by shard s1)");
        assertThatIllegalArgumentException().isThrownBy(() -> SlotMap.builder().shard(s1).node(r1))
                .withMessage("node: r1 (expected: added once)");
        assertThatIllegalArgumentException().isThrownBy(() -> SlotMap.builder().alias(p1.address(), "p1"))
                .withMessageContaining("expected: a known node");
        assertThatIllegalArgumentException().isThrownBy(() -> SlotMap.builder().version(-1))
                .withMessage("version: -1 (expected: 0 or more)");
        assertThatIllegalArgumentException().isThrownBy(() -> new Shard("s", r1, List.of()))
                .withMessageContaining("expected: role PRIMARY");
        assertThatIllegalArgumentException().isThrownBy(() -> new Shard("s", p1, List.of(p2)))
                .withMessageContaining("expected: role REPLICA");
        assertThatIllegalArgumentException().isThrownBy(() -> new SlotRange(7, 3))
                .withMessage("slot range: 7-3 (expected: first <= last)");
        assertThatIllegalArgumentException().isThrownBy(() -> new SlotRange(0, 16384))
                .withMessage("slot: 16384 (expected: 0..16383)");
        assertThatIllegalArgumentException().isThrownBy(() -> new Observation.Redirect(-1, p1.address()))
                .withMessage("slot: -1 (expected: 0..16383)");
        assertThatIllegalArgumentException().isThrownBy(() -> new Observation.ClusterView(1, "x", List.of()))
                .withMessageContaining("expected: one of the view's nodes");
    }

    @Test
    void provisionalNodesAreMarked() {
        Node node = Node.provisional(new HostPort("10.0.0.9", 7009));

        assertThat(node.isProvisional()).isTrue();
        assertThat(node.role()).isEqualTo(Role.PRIMARY);
        assertThat(p1.isProvisional()).isFalse();
    }

    private static Node node(String id, int port, Role role) {
        return new Node(id, new HostPort("10.0.0.1", port), role, null, Health.UP);
    }
}
