package io.slotgate.proxy.upstream;

import io.slotgate.proxy.worker.Worker;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * How many connections to a node this process has for commands that are pipelined, and which worker has them
 * ({@code upstream.channels-per-node}):
 *
 * <pre>
 *   worker 1 ── UpstreamChannel ── RelayChannel ──┐
 *   worker 2 ── UpstreamChannel ── RelayChannel ──┼── Trunk, on worker 2 ── node
 *   worker 3 ── UpstreamChannel ── RelayChannel ──┘
 * </pre>
 *
 * Without a cap, or with one that is no lower than the number of workers, each worker connects by itself and nothing of this is in
 * the way of a command. The cap holds for each kind of channel ({@link ChannelKey} and user). Leases, bulk lanes and what is
 * subscribed to are not capped here: there one command, or one listener, has a connection to itself. Any thread.
 */
public final class ChannelBudget {
    /** 2^32 divided by the golden ratio: multiplied by it, numbers that are close to one another go far apart. */
    private static final int GOLDEN_RATIO = 0x9E3779B9;

    private final int perNode;
    private final int workers;
    private final List<TrunkRoom> rooms = new CopyOnWriteArrayList<>();

    /**
     * @param perNode most connections to a node for each kind of channel; 0: one for each worker
     * @param workers how many workers there are; all have to {@link #join} before the first of them connects
     */
    public ChannelBudget(int perNode, int workers) {
        this.perNode = perNode;
        this.workers = workers;
    }

    /** Each worker connects by itself. */
    public static ChannelBudget unlimited() {
        return new ChannelBudget(0, 1);
    }

    /** A further worker that has its share of the connections. */
    public void join(Worker worker) {
        if (shares()) {
            rooms.add(new TrunkRoom(worker));
        }
    }

    /** Ends the connections that a worker has for others, too; on its event loop, before its buffers are given back. */
    public void close(Worker worker) {
        for (TrunkRoom room : rooms) {
            if (room.worker() == worker) {
                room.close();
            }
        }
    }

    private boolean shares() {
        return perNode > 0 && perNode < workers;
    }

    /** Whether channels of this kind go by connections that workers share. */
    boolean covers(ChannelKey key) {
        return shares() && key.isPipelined();
    }

    /** Where the connection is that {@code worker} shares for such a channel. */
    TrunkRoom roomFor(ChannelKey key, Worker worker) {
        return rooms.get(owner(first(key), number(worker), workers, perNode));
    }

    /** Spreads connections over the workers, however regular the addresses are. */
    private int first(ChannelKey key) {
        int hash = key.node().hashCode() * 31 + key.protocol();
        return ((hash * GOLDEN_RATIO) >>> 16) % workers;
    }

    private int number(Worker worker) {
        for (int i = 0; i < rooms.size(); i++) {
            if (rooms.get(i).worker() == worker) {
                return i;
            }
        }
        throw new IllegalStateException("a worker that has not joined");
    }

    /**
     * Which worker has the connection that {@code worker} is to use: beginning with {@code first}, the workers form
     * {@code perNode} groups of about the same size, and the first of each group has the connection of all of it.
     */
    static int owner(int first, int worker, int workers, int perNode) {
        int distance = Math.floorMod(worker - first, workers);
        int group = distance * perNode / workers;
        int firstOfGroup = (group * workers + perNode - 1) / perNode;
        return (first + firstOfGroup) % workers;
    }
}
