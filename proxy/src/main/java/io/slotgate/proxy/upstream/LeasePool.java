package io.slotgate.proxy.upstream;

import io.slotgate.proxy.config.Limits;
import io.slotgate.proxy.upstream.ChannelKey.Lane;
import io.slotgate.proxy.upstream.Leases.Refused;
import io.slotgate.proxy.upstream.Leases.Wish;
import io.slotgate.proxy.worker.Worker;
import io.slotgate.topology.model.HostPort;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The leases of one worker to one node: see {@link Leases}. */
final class LeasePool {
    /** Most connections that are being made at a time: a node's queue of those it has not accepted yet is short. */
    private static final int MOST_OPENING = 128;

    private record Free(UpstreamChannel lease, long since) {}

    private final HostPort node;
    private final Worker worker;
    private final Upstreams upstreams;
    private final Supplier<Limits> limits;
    private final Set<UpstreamChannel> held = new HashSet<>();
    /** The one used last is first. */
    private final ArrayDeque<Free> free = new ArrayDeque<>();
    private final LinkedHashSet<Wish> waiting = new LinkedHashSet<>();
    /** What the node calls them, where it was asked. */
    private final Map<UpstreamChannel, Long> ids = new HashMap<>();
    private int opening;
    private int lastNumber;
    private boolean serving;

    LeasePool(HostPort node, Worker worker, Upstreams upstreams, Supplier<Limits> limits) {
        this.node = node;
        this.worker = worker;
        this.upstreams = upstreams;
        this.limits = limits;
    }

    HostPort node() {
        return node;
    }

    boolean isEmpty() {
        return held.isEmpty() && free.isEmpty() && waiting.isEmpty() && opening == 0;
    }

    void acquire(Wish wish) {
        if (held.size() + opening + waiting.size() >= (long) limits.get().leasesPerNode() + limits.get().leaseQueue()) {
            wish.refuse(Refused.TOO_MANY);
            return;
        }
        waiting.add(wish);
        worker.counters().leasesWaiting++;
        serve();
        if (waiting.contains(wish)) {
            wish.timeout = worker.loop().schedule(() -> expire(wish), limits.get().leaseWait().toNanos(),
                    TimeUnit.NANOSECONDS);
        }
    }

    private void expire(Wish wish) {
        if (waiting.remove(wish)) {
            worker.counters().leasesWaiting--;
            wish.refuse(Refused.TOO_MANY);
        }
    }

    void cancelled(Wish wish) {
        if (waiting.remove(wish)) {
            worker.counters().leasesWaiting--;
            stopWaiting(wish);
        }
    }

    private static void stopWaiting(Wish wish) {
        if (wish.timeout != null) {
            wish.timeout.cancel(false);
            wish.timeout = null;
        }
    }

    /** Gives those that wait what there is, in their order. */
    private void serve() {
        if (serving) {
            // Who gets a lease may give it back, or ask for another one, at once.
            return;
        }
        serving = true;
        try {
            while (!waiting.isEmpty() && serve(waiting.getFirst())) {
            }
        } finally {
            serving = false;
        }
    }

    private boolean serve(Wish wish) {
        UpstreamChannel lease = takeFree(wish.protocol);
        boolean room = held.size() + opening + free.size() < limits.get().leasesPerNode();
        if (lease == null && !room && !free.isEmpty()) {
            // Of the other protocol: there is room for one of this when it goes.
            close(free.removeLast().lease());
            room = true;
        }
        if (lease == null && (!room || opening >= MOST_OPENING)) {
            return false;
        }
        waiting.removeFirst();
        worker.counters().leasesWaiting--;
        stopWaiting(wish);
        if (lease != null) {
            grant(wish, lease);
        } else {
            open(wish);
        }
        return true;
    }

    private @Nullable UpstreamChannel takeFree(int protocol) {
        for (Iterator<Free> each = free.iterator(); each.hasNext();) {
            UpstreamChannel lease = each.next().lease();
            if (lease.key().protocol() == protocol) {
                each.remove();
                return lease;
            }
        }
        return null;
    }

    private void open(Wish wish) {
        opening++;
        UpstreamChannel lease = upstreams.channel(new ChannelKey(node, wish.protocol, Lane.LEASED, ++lastNumber));
        lease.connection().wanted(false);
        lease.connection().whenSettled(() -> {
            opening--;
            if (lease.ready()) {
                lease.connection().whenSettled(() -> lost(lease));
                grant(wish, lease);
            } else {
                close(lease);
                wish.refuse(Refused.UNREACHABLE);
            }
            serve();
        });
        lease.connect();
    }

    private void grant(Wish wish, UpstreamChannel lease) {
        held.add(lease);
        if (!wish.grant(lease)) {
            held.remove(lease);
            keep(lease);
        }
    }

    private void keep(UpstreamChannel lease) {
        free.addFirst(new Free(lease, System.nanoTime()));
    }

    void release(UpstreamChannel lease) {
        if (!held.contains(lease)) {
            // Lost before.
            return;
        }
        if (!lease.ready() || lease.waiting() > 0) {
            discard(lease);
            return;
        }
        lease.onWritable(null);
        giveUp(lease);
        keep(lease);
        serve();
    }

    void discard(UpstreamChannel lease) {
        if (giveUp(lease)) {
            close(lease);
            serve();
        }
    }

    private boolean giveUp(UpstreamChannel lease) {
        boolean wasHeld = held.remove(lease);
        if (wasHeld) {
            worker.counters().leases--;
        }
        return wasHeld;
    }

    /** The connection is gone; commands under way were handed back before. */
    private void lost(UpstreamChannel lease) {
        if (!giveUp(lease)) {
            free.removeIf(each -> each.lease() == lease);
        }
        close(lease);
        serve();
    }

    private void close(UpstreamChannel lease) {
        ids.remove(lease);
        upstreams.forget(lease);
    }

    long id(UpstreamChannel lease) {
        return ids.getOrDefault(lease, Leases.NOT_ASKED);
    }

    void id(UpstreamChannel lease, long id) {
        if (held.contains(lease)) {
            ids.put(lease, id);
        }
    }

    /** Closes what was free for long; of a node that has left the cluster, nothing is kept warm. */
    void closeIdle(long now) {
        int kept = upstreams.map().node(node) == null ? 0 : Leases.WARM;
        while (free.size() > kept && now - free.getLast().since() > TimeUnit.SECONDS.toNanos(Leases.IDLE_SECONDS)) {
            close(free.removeLast().lease());
        }
    }
}
