package io.slotgate.topology.discovery;

import io.slotgate.topology.model.Cause;
import io.slotgate.topology.model.Health;
import io.slotgate.topology.model.Node;
import io.slotgate.topology.model.Observation;
import io.slotgate.topology.model.Observation.ClusterView;
import io.slotgate.topology.model.Observation.NodeLost;
import io.slotgate.topology.model.Observation.Redirect;
import io.slotgate.topology.model.SlotMap;
import io.slotgate.topology.table.TopologyTable;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What workers and other proxies learn of the cluster: handed to the table on the discovery thread, and a reason to ask the nodes
 * concerned. What the map of now already says is dropped. Any thread.
 */
final class LearnedElsewhere {
    private final TopologyTable table;
    private final DiscoveryThread thread;
    private final ProbePlan plan;
    private final LongSupplier round;
    private final Consumer<String> refresh;
    private volatile Consumer<Observation> finds = found -> {};

    /**
     * Of nobody yet.
     *
     * @param plan of the discovery thread
     * @param round the one of now, asked on the discovery thread
     * @param refresh asks for a refresh, told why
     */
    LearnedElsewhere(TopologyTable table, DiscoveryThread thread, ProbePlan plan, LongSupplier round,
            Consumer<String> refresh) {
        this.table = table;
        this.thread = thread;
        this.plan = plan;
        this.round = round;
        this.refresh = refresh;
    }

    /** As {@link Discovery#tellFinds}. */
    void tellFinds(Consumer<Observation> listener) {
        finds = listener;
    }

    /** As {@link Discovery#report}, for this cause. */
    void report(Observation observation, Cause cause) {
        if (isKnown(observation)) {
            return;
        }
        thread.execute(() -> {
            long before = table.current().version();
            table.observe(observation, cause);
            if (table.current().version() != before) {
                finds.accept(observation);
            }
            switch (observation) {
                case Redirect redirect -> plan.news(redirect.owner());
                case NodeLost lost -> plan.news(lost.address());
                case ClusterView view -> {
                    // tells all there is to know
                }
            }
            refresh.accept(observation.getClass().getSimpleName());
        });
    }

    /** As {@link Discovery#hear}. */
    void hear(Observation told, String member) {
        thread.execute(() -> {
            switch (told) {
                case Redirect redirect -> {
                    if (!isKnown(redirect)) {
                        table.observe(redirect, Cause.fleet(member, told));
                        plan.news(redirect.owner());
                    }
                }
                case ClusterView view -> table.observe(
                        new ClusterView(round.getAsLong(), view.askedId(), view.nodes()), Cause.fleet(member, told));
                case NodeLost lost -> {
                    if (!isKnown(lost) && table.current().node(lost.address()) != null) {
                        plan.news(lost.address());
                        refresh.accept("another proxy lost a node");
                    }
                }
            }
        });
    }

    private boolean isKnown(Observation observation) {
        SlotMap map = table.current();
        return switch (observation) {
            case Redirect redirect -> {
                Node owner = map.primary(redirect.slot());
                yield owner != null && owner.equals(map.node(redirect.owner()));
            }
            case NodeLost lost -> {
                Node node = map.node(lost.address());
                yield node != null && (node.health() == Health.SUSPECTED || node.health() == Health.FAILED);
            }
            case ClusterView view -> false;
        };
    }
}
