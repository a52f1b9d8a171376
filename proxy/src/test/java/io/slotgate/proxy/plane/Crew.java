package io.slotgate.proxy.plane;

import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.upstream.ChannelBudget;
import io.slotgate.topology.model.SlotMap;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Several workers that share connections to nodes, as those of one proxy do; each is a {@link Plane}. */
public final class Crew implements AutoCloseable {
    private final List<Plane> workers = new ArrayList<>();

    /**
     * @param perNode most connections to a node, of all workers together
     * @param settings what is other than usual
     */
    public Crew(int size, int perNode, SlotMap map, UnaryOperator<PlaneBuilder> settings) {
        ChannelBudget budget = new ChannelBudget(perNode, size);
        // All must be there before one connects.
        for (int i = 0; i < size; i++) {
            workers.add(settings.apply(Plane.builder(SlotMap.empty()).unready()).budget(budget).start());
        }
        follow(map);
        workers.forEach(Plane::awaitConnected);
    }

    public Plane worker(int i) {
        return workers.get(i);
    }

    public int size() {
        return workers.size();
    }

    /** All follow another map. */
    public void follow(SlotMap map) {
        workers.forEach(worker -> worker.follow(map));
    }

    /** The sum of a figure. */
    public long count(Metric metric) {
        return workers.stream().mapToLong(worker -> worker.count(metric)).sum();
    }

    @Override
    public void close() {
        workers.forEach(Plane::close);
    }
}
