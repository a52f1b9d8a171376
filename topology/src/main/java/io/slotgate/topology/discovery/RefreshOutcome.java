package io.slotgate.topology.discovery;

import io.lettuce.core.RedisCommandExecutionException;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Node;
import io.slotgate.topology.model.Observation.ClusterView;
import io.slotgate.topology.model.Observation.NodeLost;
import io.slotgate.topology.model.Shard;
import io.slotgate.topology.model.SlotMap;
import io.slotgate.topology.model.ZoneRule;
import io.slotgate.topology.table.TopologyTable;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of refreshes, one after the other: views go to the table, what nodes say of themselves into the book of their health,
 * and the next refresh comes the sooner the less well the cluster is. For the discovery thread.
 */
final class RefreshOutcome implements Refresh.Outcome {
    private static final Logger log = LoggerFactory.getLogger(RefreshOutcome.class);

    private final TopologyTable table;
    private final List<ZoneRule> zones;
    private final HealthBook healths;
    private final Supplier<@Nullable ReplicaLag> lag;
    private final ProbePlan plan;
    private final RefreshPace pace;
    private final DiscoveryThread thread;
    private final Consumer<SlotMap> covered;
    private final Set<HostPort> failing = new HashSet<>();
    private int failures;
    private int unwellRefreshes;

    /**
     * Of no refresh yet.
     *
     * @param lag where it is noted how far replicas are behind; null if nobody wants to know
     * @param covered told of each map with an owner for any slot
     */
    RefreshOutcome(TopologyTable table, List<ZoneRule> zones, HealthBook healths, Supplier<@Nullable ReplicaLag> lag,
            ProbePlan plan, RefreshPace pace, DiscoveryThread thread, Consumer<SlotMap> covered) {
        this.table = table;
        this.zones = zones;
        this.healths = healths;
        this.lag = lag;
        this.plan = plan;
        this.pace = pace;
        this.thread = thread;
        this.covered = covered;
    }

    /** Another refresh begins, with this map. */
    void onRefresh(SlotMap map) {
        unwellRefreshes = RefreshPace.isWell(map) ? 0 : unwellRefreshes + 1;
    }

    @Override
    public void onAsked(HostPort address, long round) {
        plan.asked(address, round);
    }

    @Override
    public void onBusy(HostPort address) {
        if (plan.postpone(address)) {
            thread.refreshWithin(pace.gap());
        }
    }

    @Override
    public void onView(HostPort address, Probe.Answer answer) {
        if (failing.remove(address)) {
            log.atDebug().addKeyValue("node", address).log("Node answers again");
        }
        table.observe(withZones(answer.view()));
        SlotMap map = table.current();
        note(map, answer);
        if (map.coveredSlots() == 0) {
            onNobody(1);
            return;
        }
        failures = 0;
        covered.accept(map);
        if (plan.hasStrangers(map)) {
            thread.refreshWithin(pace.gap());
        } else if (!RefreshPace.isWell(map)) {
            thread.refreshWithin(pace.unwell(unwellRefreshes));
        }
    }

    private void note(SlotMap map, Probe.Answer answer) {
        Node node = map.node(answer.view().askedId());
        if (node == null) {
            return;
        }
        String info = answer.info();
        healths.onAnswer(node.address(), answer.connection()::isOpen, TimeUnit.NANOSECONDS.toMicros(answer.nanos()),
                info == null ? null : InfoReader.read(info));
        ReplicationLine.Report report = info == null ? null : ReplicationLine.parse(info);
        for (Shard shard : map.shards()) {
            if (report != null && shard.primary().equals(node)) {
                healths.onReport(map, shard, report, lag.get());
            }
        }
        healths.follow(map);
    }

    private ClusterView withZones(ClusterView view) {
        return zones.isEmpty()
                ? view
                : new ClusterView(view.round(), view.askedId(), view.nodes().stream()
                        .map(node -> node.zone() == null ? node.inZone(zones) : node).toList());
    }

    @Override
    public void onFailure(HostPort address, Throwable failure) {
        Throwable root = NodeProber.rootOf(failure);
        Node node = table.current().node(address);
        if (node != null) {
            healths.onFailure(node.address(), root);
        }
        // A node that answers with an error is there.
        if (!(root instanceof RedisCommandExecutionException)) {
            table.observe(new NodeLost(address));
        }
        (failing.add(address) ? log.atWarn() : log.atDebug())
                .addKeyValue("node", address).addKeyValue("reason", root.toString()).log("Node does not answer");
    }

    @Override
    public void onNobody(int asked) {
        failures++;
        log.atDebug().addKeyValue("asked", asked).addKeyValue("failures", failures)
                .log("No node knows the cluster");
        thread.refreshIn(pace.afterFailures(failures));
    }
}
