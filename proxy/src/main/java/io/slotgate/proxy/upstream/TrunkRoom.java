package io.slotgate.proxy.upstream;

import io.slotgate.proxy.config.Secret;
import io.slotgate.proxy.worker.Worker;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one worker that others share. Confined to that worker, but for {@link #handOver}, the way in. Bounded by the
 * channels that there are: a trunk ends with the last of those that use it.
 */
final class TrunkRoom {
    /** What channels must have in common to share a connection: whatever one of them says when it begins is true of all. */
    record TrunkKey(ChannelKey channel, @Nullable String user, @Nullable Secret password, int database) {}

    private final Worker worker;
    /** Those that a further channel may share. */
    private final Map<TrunkKey, Trunk> shared = new HashMap<>();
    private final Set<Trunk> open = new LinkedHashSet<>();
    private boolean closed;

    TrunkRoom(Worker worker) {
        this.worker = worker;
    }

    Worker worker() {
        return worker;
    }

    /** {@link Worker#handOver} of the worker. */
    boolean handOver(Runnable task) {
        return worker.handOver(task);
    }

    /** Lets a channel share the connection of its kind, which is made if there is none. */
    void attach(TrunkKey key, Connector connector, Branch branch) {
        if (closed) {
            branch.lost(new IOException("closed"));
            return;
        }
        Trunk trunk = shared.get(key);
        if (trunk == null) {
            trunk = new Trunk(this, key, connector);
            shared.put(key, trunk);
            open.add(trunk);
            worker.counters().trunks++;
            trunk.attach(branch);
            trunk.connect();
        } else {
            trunk.attach(branch);
        }
    }

    /** No further channel may share it. */
    void retired(Trunk trunk) {
        shared.remove(trunk.key(), trunk);
    }

    void ended(Trunk trunk) {
        retired(trunk);
        if (open.remove(trunk)) {
            worker.counters().trunks--;
        }
    }

    /** Ends all of them, and takes in no further channel. */
    void close() {
        closed = true;
        List.copyOf(open).forEach(trunk -> trunk.lost(new IOException("closed")));
    }
}
