package io.slotgate.proxy.upstream;

import io.slotgate.proxy.upstream.ChannelKey.Lane;
import io.slotgate.topology.model.HostPort;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A few channels to each node for values that are streamed through, one at a time each, so that a large value never stands in
 * front of small ones. Who finds all of them taken waits in a queue. Confined to its worker.
 */
public final class BulkLanes {
    /** Most lanes to one node from one worker. */
    static final int LANES = 4;

    private record Destination(HostPort node, int protocol) {}

    private record Waiter(Destination destination, Consumer<@Nullable UpstreamChannel> use) {}

    private final Upstreams upstreams;
    private final Map<UpstreamChannel, Destination> taken = new HashMap<>();
    private final ArrayDeque<Waiter> waiters = new ArrayDeque<>();

    public BulkLanes(Upstreams upstreams) {
        this.upstreams = upstreams;
    }

    /**
     * Takes a lane to {@code node}: {@code use} gets it when it is ready, or null if the node can't be reached. To be given
     * back with {@link #release}.
     */
    public void acquire(HostPort node, int protocol, Consumer<@Nullable UpstreamChannel> use) {
        Destination destination = new Destination(node, protocol);
        for (int number = 0; number < LANES; number++) {
            UpstreamChannel lane = upstreams.channel(new ChannelKey(node, protocol, Lane.BULK, number));
            if (!taken.containsKey(lane)) {
                taken.put(lane, destination);
                handOver(lane, use);
                return;
            }
        }
        waiters.add(new Waiter(destination, use));
    }

    private void handOver(UpstreamChannel lane, Consumer<@Nullable UpstreamChannel> use) {
        if (lane.ready()) {
            use.accept(lane);
            return;
        }
        lane.connection().whenSettled(() -> {
            if (lane.ready()) {
                use.accept(lane);
            } else {
                release(lane);
                use.accept(null);
            }
        });
        lane.connect();
    }

    /** Gives a lane back that has nothing under way any more. */
    public void release(UpstreamChannel lane) {
        Destination destination = taken.remove(lane);
        lane.onWritable(null);
        for (Waiter waiter : waiters) {
            if (waiter.destination().equals(destination)) {
                waiters.remove(waiter);
                taken.put(lane, destination);
                handOver(lane, waiter.use());
                return;
            }
        }
    }
}
