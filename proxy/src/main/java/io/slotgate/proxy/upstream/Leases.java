package io.slotgate.proxy.upstream;

import io.netty.util.concurrent.ScheduledFuture;
import io.slotgate.proxy.config.Limits;
import io.slotgate.proxy.upstream.ChannelKey.Lane;
import io.slotgate.proxy.worker.Worker;
import io.slotgate.topology.model.HostPort;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A worker's connections to nodes that one session holds alone for a while, because what it does there is tied to the
 * connection: it blocks it, or leaves state on it.
 *
 * <pre>
 *                  free one, or room for a new one               release: clean, for the next
 *   acquire ──┬────────────────────────────────────> granted ──┬──────────────────────────────> free ── idle ──> closed
 *             │ all taken                               ^      └─ discard, lost ──> closed
 *             └──────────────────> waiting ─────────────┘
 *                                     └── too many, too long ──> refused
 * </pre>
 *
 * Opened on need, at most {@code limits.leases-per-node} to a node from one worker; free ones are closed when nobody wanted
 * them for {@link #IDLE_SECONDS}, but {@link #WARM} of a kind stay. A lease does not reconnect: one that is no longer
 * {@link UpstreamChannel#ready} never will be again. Confined to its worker.
 */
public final class Leases {
    /** Free ones to a node and of a protocol that stay open. */
    static final int WARM = 2;
    static final long IDLE_SECONDS = 30;

    /** In place of an {@link #id}: the node was not asked for it. */
    public static final long NOT_ASKED = 0;
    /** In place of an {@link #id}: the node was asked. */
    public static final long AWAITED = -1;
    /** In place of an {@link #id}: the node does not tell. */
    public static final long UNTOLD = -2;

    /** Why there is no lease. */
    public enum Refused {
        /** The node can't be reached; it may be tried again, a little later. */
        UNREACHABLE,
        /** As many are held, and waited for, as may be; to be answered with {@link Leases#TOO_MANY}. */
        TOO_MANY
    }

    /** The error for a client that gets no lease. */
    public static final String TOO_MANY = "ERR Slotgate: too many clients block or watch on this node"
            + " (limits.leases-per-node)";

    /** Who wants a lease. Called once, maybe before {@link #acquire} has returned. */
    public interface Borrower {
        /** Gets a ready channel with nothing on it, to be given back with {@link #release} or {@link #discard}. */
        void granted(UpstreamChannel lease);

        void refused(Refused reason);
    }

    /** A lease that is asked for. */
    public final class Wish {
        final LeasePool pool;
        final int protocol;
        private @Nullable Borrower borrower;
        @Nullable
        ScheduledFuture<?> timeout;

        private Wish(LeasePool pool, int protocol, Borrower borrower) {
            this.pool = pool;
            this.protocol = protocol;
            this.borrower = borrower;
        }

        /** No longer wanted: the borrower is not called any more. After it was called this does nothing. */
        public void cancel() {
            borrower = null;
            pool.cancelled(this);
        }

        boolean wanted() {
            return borrower != null;
        }

        /** Hands the lease over; false if nobody wants it any more. */
        boolean grant(UpstreamChannel lease) {
            Borrower to = borrower;
            if (to == null) {
                return false;
            }
            borrower = null;
            worker.counters().leases++;
            to.granted(lease);
            return true;
        }

        void refuse(Refused reason) {
            Borrower to = borrower;
            if (to == null) {
                return;
            }
            borrower = null;
            if (reason == Refused.TOO_MANY) {
                worker.counters().leasesRefused++;
            }
            to.refused(reason);
        }
    }

    private final Worker worker;
    private final Upstreams upstreams;
    private final Supplier<Limits> limits;
    private final Map<HostPort, LeasePool> pools = new HashMap<>();
    private boolean sweeping;

    public Leases(Worker worker, Upstreams upstreams, Supplier<Limits> limits) {
        this.worker = worker;
        this.upstreams = upstreams;
        this.limits = limits;
    }

    /** Asks for a lease to {@code node} whose replies come in RESP version {@code protocol}. */
    public Wish acquire(HostPort node, int protocol, Borrower borrower) {
        LeasePool pool = pools.computeIfAbsent(node, address -> new LeasePool(address, worker, upstreams, limits));
        Wish wish = new Wish(pool, protocol, borrower);
        pool.acquire(wish);
        sweepLater();
        return wish;
    }

    /** Gives a lease back that is as it was: nothing under way, no state left on it. If it is not ready it is closed. */
    public void release(UpstreamChannel lease) {
        pool(lease).release(lease);
    }

    /** Closes a lease that something is, or may be, left on; commands under way go to {@link LeaseUser#onLeaseLost}. */
    public void discard(UpstreamChannel lease) {
        pool(lease).discard(lease);
    }

    /** What the node calls the connection (CLIENT ID): more than 0, or what there is in place of it. */
    public long id(UpstreamChannel lease) {
        return pool(lease).id(lease);
    }

    /** Keeps what the node calls the connection for as long as it stands. */
    public void id(UpstreamChannel lease, long id) {
        pool(lease).id(lease, id);
    }

    private LeasePool pool(UpstreamChannel lease) {
        LeasePool pool = pools.get(lease.key().node());
        if (pool == null || lease.key().lane() != Lane.LEASED) {
            throw new IllegalStateException(lease.key() + " is no lease");
        }
        return pool;
    }

    private void sweepLater() {
        if (!sweeping) {
            sweeping = true;
            worker.loop().schedule(this::sweep, IDLE_SECONDS / 2, TimeUnit.SECONDS);
        }
    }

    /** Closes what was free for long, and forgets nodes that nobody asks for. */
    private void sweep() {
        sweeping = false;
        closeIdle(System.nanoTime());
        if (!pools.isEmpty()) {
            sweepLater();
        }
    }

    void closeIdle(long now) {
        List<LeasePool> all = new ArrayList<>(pools.values());
        for (LeasePool pool : all) {
            pool.closeIdle(now);
            if (pool.isEmpty()) {
                pools.remove(pool.node());
            }
        }
    }
}
