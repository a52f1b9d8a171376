package io.slotgate.admin.operations;

import io.slotgate.topology.model.Health;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Node;
import io.slotgate.topology.model.NodeFigures;
import io.slotgate.topology.model.NodeHealth;
import io.slotgate.topology.model.Shard;
import io.slotgate.topology.model.SlotMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How to restart every node of the cluster, one after the other, without clients noticing: replicas first, then each primary after one of its
 * replicas has taken its place. What stands against each step is looked at anew whenever the plan is asked for.
 *
 * @param safe whether nothing stands against beginning, or going on
 * @param checks of the whole cluster
 */
public record RestartPlan(boolean safe, List<Check> checks, List<Step> steps) {
    /** How far a replica may be behind that is to take over, in bytes: what a primary hands over while it holds writes back. */
    private static final long MOST_BEHIND = 1 << 20;

    /** Something that has to hold before a step. */
    public record Check(String name, boolean ok, String detail) {}

    /**
     * One step.
     *
     * @param action {@code restart}, {@code failover}
     * @param node address
     * @param request of this API that does it; null: it is done on the node's own machine
     * @param ready whether all of its checks hold now
     */
    public record Step(int number, String action, String shard, String node, String role, boolean ready,
            List<Check> checks, @Nullable String request) {}

    /**
     * The plan for a cluster as it is now.
     *
     * @param health of nodes, as far as they were asked
     */
    public static RestartPlan of(SlotMap map, Map<HostPort, NodeHealth> health) {
        List<Check> checks = List.of(covered(map), moving(map), quorum(map));
        List<Step> steps = new ArrayList<>();
        for (Shard shard : map.shards()) {
            for (Node replica : shard.replicas()) {
                step(steps, "restart", shard, replica, List.of(well(shard.primary())), null);
            }
        }
        for (Shard shard : map.shards()) {
            Node primary = shard.primary();
            List<Check> taken = List.of(well(primary), replica(shard, health), majority(map, primary));
            step(steps, "failover", shard, primary, taken, "POST /api/v1/shards/" + shard.id() + "/failover");
            step(steps, "restart", shard, primary,
                    List.of(new Check("not a primary", false, primary.address() + " is a primary: fail over first")),
                    null);
        }
        return new RestartPlan(checks.stream().allMatch(Check::ok), checks, steps);
    }

    private static void step(List<Step> steps, String action, Shard shard, Node node, List<Check> checks,
            @Nullable String request) {
        steps.add(new Step(steps.size() + 1, action, shard.id(), node.address().toString(),
                node.role().name().toLowerCase(Locale.ROOT), checks.stream().allMatch(Check::ok), checks, request));
    }

    private static Check covered(SlotMap map) {
        int missing = SlotMap.SLOTS - map.coveredSlots();
        return new Check("all slots have an owner", missing == 0, missing + " of " + SlotMap.SLOTS + " have none");
    }

    private static Check moving(SlotMap map) {
        return new Check("no slots are moving", map.moves().isEmpty(), map.moves().size() + " are");
    }

    private static Check quorum(SlotMap map) {
        long up = map.shards().stream().filter(shard -> shard.primary().health() == Health.UP).count();
        int all = map.shards().size();
        return new Check("all primaries are up", up == all, up + " of " + all);
    }

    /** One that nobody has asked yet, or that its primary does not have, is not known to be. */
    private static boolean isInStep(@Nullable NodeHealth replica) {
        NodeFigures figures = replica == null ? null : replica.figures();
        return replica != null && replica.lagBytes() >= 0 && replica.lagBytes() <= MOST_BEHIND
                && figures != null && !Boolean.FALSE.equals(figures.primaryLinkUp());
    }

    /** Without a majority of the other primaries no replica is elected. */
    private static Check majority(SlotMap map, Node without) {
        long others = map.shards().stream().map(Shard::primary)
                .filter(primary -> primary.health() == Health.UP && !primary.id().equals(without.id())).count();
        int needed = map.shards().size() / 2 + 1;
        return new Check("a majority of primaries without it", others >= needed || map.shards().size() < 3,
                others + " of " + map.shards().size() + " (expected: " + needed + ")");
    }

    private static Check well(Node node) {
        return new Check(node.address() + " is up", node.health() == Health.UP,
                node.health().name().toLowerCase(Locale.ROOT));
    }

    private static Check replica(Shard shard, Map<HostPort, NodeHealth> health) {
        long up = shard.replicas().stream()
                .filter(each -> each.health() == Health.UP && isInStep(health.get(each.address()))).count();
        return new Check("a replica is up and in step", up > 0, up + " of " + shard.replicas().size());
    }
}
