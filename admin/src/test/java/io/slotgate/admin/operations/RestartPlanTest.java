package io.slotgate.admin.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.admin.operations.RestartPlan.Check;
import io.slotgate.admin.operations.RestartPlan.Step;
import io.slotgate.admin.view.FakeProxy;
import io.slotgate.admin.view.Maps;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Node;
import io.slotgate.topology.model.NodeFigures;
import io.slotgate.topology.model.NodeHealth;
import io.slotgate.topology.model.SlotMap;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RestartPlanTest {
    private static List<String> steps(RestartPlan plan) {
        return plan.steps().stream()
                .map(step -> step.action() + " " + step.node() + " " + (step.ready() ? "ready" : "not yet"))
                .toList();
    }

    private static List<String> obstacles(List<Check> checks) {
        return checks.stream().filter(check -> !check.ok()).map(Check::name).toList();
    }

    @Test
    void takesReplicasFirstAndPrimariesOnceTheyAreNone() {
        RestartPlan plan = planOf(Maps.of("a+ b+", "c+ d+", "e+ f+"));

        assertThat(plan.safe()).isTrue();
        assertThat(plan.checks()).hasSize(3).allMatch(Check::ok);
        assertThat(steps(plan)).containsExactly("restart 10.0.0.1:7001 ready", "restart 10.0.0.1:7003 ready",
                "restart 10.0.0.1:7005 ready", "failover 10.0.0.1:7000 ready", "restart 10.0.0.1:7000 not yet",
                "failover 10.0.0.1:7002 ready", "restart 10.0.0.1:7002 not yet", "failover 10.0.0.1:7004 ready",
                "restart 10.0.0.1:7004 not yet");
        assertThat(plan.steps()).extracting(Step::number).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(plan.steps().get(3).request()).isEqualTo("POST /api/v1/shards/shard-a/failover");
        assertThat(plan.steps().get(4).request()).isNull();
    }

    @Test
    void leavesAReplicaAloneWhosePrimaryIsNotWell() {
        RestartPlan plan = planOf(Maps.of("a? b+", "c+ d+", "e+ f+"));

        assertThat(plan.safe()).isFalse();
        assertThat(obstacles(plan.checks())).containsExactly("all primaries are up");
        assertThat(steps(plan)).contains("restart 10.0.0.1:7001 not yet", "restart 10.0.0.1:7003 ready");
    }

    @Test
    void failsOverToNoReplicaThatIsNotWell() {
        RestartPlan plan = planOf(Maps.of("a+ b!", "c+ d+", "e+"));

        assertThat(steps(plan)).contains("failover 10.0.0.1:7000 not yet", "failover 10.0.0.1:7002 ready",
                "failover 10.0.0.1:7004 not yet");
    }

    @Test
    void takesNoPrimaryAwayThatTheMajorityNeeds() {
        RestartPlan plan = planOf(Maps.of("a+ b+", "c! d+", "e+ f+"));

        Step failover = plan.steps().stream().filter(step -> step.node().equals("10.0.0.1:7000")).findFirst()
                .orElseThrow();
        assertThat(obstacles(failover.checks())).containsExactly("a majority of primaries without it");
    }

    @ParameterizedTest
    @CsvSource({"0, true, ready", "1048576, true, ready", "1048577, true, not yet", "-1, true, not yet",
        "0, false, not yet", "0, , ready"})
    void failsOverOnlyToAReplicaThatIsKnownToBeInStep(long lagBytes, @Nullable Boolean linked, String ready) {
        SlotMap map = Maps.of("a+ b+", "c+ d+", "e+ f+");

        assertThat(steps(RestartPlan.of(map, health(map, lagBytes, linked))))
                .contains("failover 10.0.0.1:7000 " + ready);
        assertThat(steps(RestartPlan.of(map, Map.of()))).as("nobody was asked")
                .contains("failover 10.0.0.1:7000 not yet");
    }

    /** Of a cluster all of whose replicas are in step. */
    private static RestartPlan planOf(SlotMap map) {
        return RestartPlan.of(map, health(map, 0, true));
    }

    private static Map<HostPort, NodeHealth> health(SlotMap map, long lagBytes, @Nullable Boolean linked) {
        NodeFigures figures = new NodeFigures("8.0.1", 1, false, linked, 1, 1, 1, 1);
        return map.nodes().stream().collect(Collectors.toMap(Node::address,
                node -> new NodeHealth(node.address(), true, 1, 1, Instant.EPOCH, null, figures, lagBytes, -1)));
    }

    @Test
    void waitsForSlotsThatMoveOrHaveNoOwner() {
        assertThat(obstacles(planOf(FakeProxy.mapOf(SlotMap.SLOTS)).checks()))
                .containsExactly("no slots are moving");
        assertThat(obstacles(planOf(FakeProxy.mapOf(SlotMap.SLOTS - 1)).checks()))
                .containsExactly("all slots have an owner", "no slots are moving");
    }
}
