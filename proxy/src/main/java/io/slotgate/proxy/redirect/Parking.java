package io.slotgate.proxy.redirect;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.upstream.Pending;
import io.slotgate.proxy.upstream.UpstreamChannel;
import io.slotgate.proxy.upstream.Upstreams;
import io.slotgate.proxy.worker.Worker;
import java.util.BitSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Commands that wait until their slot has a reachable owner. They are tried again whenever a channel becomes ready or the
 * slot map changes, and at short intervals; in the order in which they came to wait, and never past an older one of the same
 * slot. After {@code failover-patience} they are told that there is none.
 *
 * <p>Bounded by their bytes, those of all users of the worker together: so that clients of a slot that is lost don't take the
 * memory that others' commands need. A session that has a command here sends no further ones. Confined to its worker.
 */
public final class Parking {
    private static final long TICK_MILLIS = 10;

    private final Worker worker;
    private long patienceNanos;
    private long mostBytes;
    private @Nullable Upstreams upstreams;
    private @Nullable Pending head;
    private @Nullable Pending tail;
    private boolean ticking;
    private final int[] waitingBySlot = new int[SlotHash.SLOTS];
    private final ParkingEpisode episode = new ParkingEpisode();
    /** Slots that an older command of the current round still waits for. */
    private final BitSet blockedSlots = new BitSet(SlotHash.SLOTS);

    /**
     * @param patienceNanos how long a command may wait in all
     * @param mostBytes bytes of all commands that may wait on the worker
     */
    public Parking(Worker worker, long patienceNanos, long mostBytes) {
        this.worker = worker;
        this.patienceNanos = patienceNanos;
        this.mostBytes = mostBytes;
    }

    /** From now on commands may wait for so long in all. */
    public void patience(long nanos) {
        patienceNanos = nanos;
    }

    /** From now on no command comes to wait if the bytes of all that wait on the worker would be more. */
    public void mostBytes(long bytes) {
        mostBytes = bytes;
    }

    /** Says where commands go; once, before the first command. */
    public void serve(Upstreams upstreams) {
        this.upstreams = upstreams;
    }

    /** Says who wants to hear of it; before the first command. */
    public void tell(TopologyFeedback feedback) {
        episode.tell(feedback);
    }

    /**
     * Lets a command wait; its bytes must be kept. It is tried again not before {@code pauseMillis} have passed, sooner only
     * if 0. One that has waited for too long already, because nodes keep sending it away, is told so at once, as is one for which
     * there is no room.
     */
    public void park(Pending pending, long pauseMillis) {
        long now = System.nanoTime();
        episode.parked(now);
        boolean late = outOfPatience(pending, now);
        if (late || !hasRoom(pending)) {
            if (late) {
                expire(pending);
            } else {
                turnAway(pending);
            }
            if (head == null) {
                episode.quiet();
            }
            return;
        }
        if (pending.waitingSince() == 0) {
            worker.counters().everParked++;
        }
        pending.waitFrom(now, now + TimeUnit.MILLISECONDS.toNanos(pauseMillis));
        append(pending);
        pending.requester().onDetour(pending);
        tickLater();
    }

    /** Whether an older command on the same slot waits here. */
    public boolean waits(int slot) {
        return slot != Pending.NO_SLOT && waitingBySlot[slot] > 0;
    }

    /** Sends what can be sent now. */
    public void retry() {
        if (head == null || upstreams == null) {
            return;
        }
        long now = System.nanoTime();
        blockedSlots.clear();
        Pending pending = head;
        head = null;
        tail = null;
        while (pending != null) {
            Pending next = pending.next();
            count(pending, -1);
            attempt(pending, now, upstreams);
            pending = next;
        }
        if (head == null) {
            episode.quiet();
        }
    }

    private void attempt(Pending pending, long now, Upstreams upstreams) {
        int slot = pending.slot();
        boolean overtakes = slot != Pending.NO_SLOT && blockedSlots.get(slot);
        UpstreamChannel channel = overtakes || now < pending.notBefore() ? null : destination(pending, upstreams);
        if (channel != null && channel.ready()) {
            worker.counters().retried++;
            channel.sendAgain(pending);
        } else if (outOfPatience(pending, now)) {
            expire(pending);
        } else {
            if (channel != null) {
                channel.connect();
            }
            if (slot != Pending.NO_SLOT) {
                blockedSlots.set(slot);
            }
            append(pending);
        }
    }

    /** Whether what has waited since then, {@link System#nanoTime}, may wait on. */
    public boolean isPatient(long since, long now) {
        return now - since <= patienceNanos;
    }

    private boolean outOfPatience(Pending pending, long now) {
        return pending.waitingSince() != 0 && !isPatient(pending.waitingSince(), now);
    }

    private static @Nullable UpstreamChannel destination(Pending pending, Upstreams upstreams) {
        UpstreamChannel pinned = pending.pinned();
        if (pinned != null) {
            if (pending.slot() == Pending.NO_SLOT) {
                return wherePinned(pending, pinned, upstreams);
            }
            if (pinned.ready() || pinned.connecting()) {
                return pinned;
            }
            // The node it was sent to can't be reached: let the slot's owner say again where the key is.
            pending.aimHome();
        }
        return pending.slot() == Pending.NO_SLOT
                ? upstreams.anyPrimary(pending.protocol())
                : upstreams.forSlot(pending.protocol(), pending.slot());
    }

    /** The node that a command for all primaries is meant for, or who has taken its place. What reads one node's own is not a command. */
    private static UpstreamChannel wherePinned(Pending pending, UpstreamChannel pinned, Upstreams upstreams) {
        UpstreamChannel successor = pending.spec() == null ? null : upstreams.inPlaceOf(pinned);
        // The channel may have been let go of meanwhile, because its node had left; it may come back.
        UpstreamChannel channel = successor == null ? upstreams.channel(pinned.key()) : successor;
        pending.meantFor(channel);
        return channel;
    }

    private void append(Pending pending) {
        pending.next(null);
        if (tail == null) {
            head = pending;
        } else {
            tail.next(pending);
        }
        tail = pending;
        count(pending, 1);
    }

    private void count(Pending pending, int change) {
        worker.counters().parked += change;
        worker.counters().parkedBytes += (long) change * pending.request().length();
        if (pending.slot() != Pending.NO_SLOT) {
            waitingBySlot[pending.slot()] += change;
        }
    }

    /** One alone has room whatever its size. */
    private boolean hasRoom(Pending pending) {
        long taken = worker.counters().parkedBytes;
        return taken == 0 || taken + pending.request().length() <= mostBytes;
    }

    private void expire(Pending pending) {
        worker.counters().parkedExpired++;
        refuse(pending, " could be reached for " + TimeUnit.NANOSECONDS.toMillis(patienceNanos) + " ms");
    }

    private void turnAway(Pending pending) {
        worker.counters().parkedRefused++;
        refuse(pending, " can be reached, and too many commands wait (limits.parked-bytes-per-worker: " + mostBytes
                + " bytes)");
    }

    private void refuse(Pending pending, String why) {
        episode.expired();
        ByteBuf error = worker.scratch();
        String where = pending.slot() == Pending.NO_SLOT ? "no node" : "no owner of slot " + pending.slot();
        ReplyWriter.error(error, "CLUSTERDOWN " + where + why);
        pending.answer(worker, error);
    }

    /** Tells all that wait that nobody will serve them; when everything else is closed. */
    public void close() {
        for (Pending pending = head; pending != null; pending = head) {
            head = pending.next();
            count(pending, -1);
            expire(pending);
        }
        tail = null;
        episode.quiet();
    }

    private void tickLater() {
        if (!ticking) {
            ticking = true;
            worker.loop().schedule(this::tick, TICK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void tick() {
        ticking = false;
        retry();
        if (head != null) {
            tickLater();
        }
    }
}
