package io.slotgate.proxy.tracking;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.upstream.ChannelKey;
import io.slotgate.proxy.upstream.UpstreamChannel;
import io.slotgate.proxy.upstream.Upstreams;
import io.slotgate.proxy.worker.Backpressure;
import io.slotgate.proxy.worker.Flushable;
import io.slotgate.proxy.worker.Worker;
import io.slotgate.topology.model.HostPort;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What changes at the nodes, for all sessions of the process that track: one connection to each primary, in BCAST mode, only
 * while some session tracks.
 *
 * <pre>
 *   sessions ── TrackingDesk of worker 1 ──┐ which keys          ┌── TrackingLane ── primary a
 *   sessions ── TrackingDesk of worker 2 ──┼───────────> Hub ────┼── TrackingLane ── primary b
 *            <─ keys that are invalid ─────┘  one task a turn    └── TrackingLane ── primary c
 * </pre>
 *
 * When other keys are wanted a new set of lanes is opened, and the old one is closed when the new one is confirmed and nothing
 * is left on the old: so nothing is missed. What could have been missed all the same, because a lane was lost or a node has
 * just become a primary, is told as a change of everything.
 *
 * <p>Confined to one worker, the first, but for the methods that say otherwise.
 *
 * @see <a href="https://valkey.io/topics/client-side-caching/">Client-side caching</a>
 */
public final class InvalidationHub implements Flushable {
    private static final Logger log = LoggerFactory.getLogger(InvalidationHub.class);
    private static final long PROBE_SECONDS = 5;

    /** What one desk wants; {@code told} once it knows that it has it. */
    private static final class Need {
        private final Prefixes prefixes;
        private final long version;
        private boolean told;

        Need(Prefixes prefixes, long version) {
            this.prefixes = prefixes;
            this.version = version;
        }
    }

    private final Worker worker;
    private final Upstreams upstreams;
    private final Map<TrackingDesk, Need> needs = new LinkedHashMap<>();
    private @Nullable LaneSet current;
    /** Takes the place of {@link #current} when it is complete. */
    private @Nullable LaneSet next;
    private final Set<TrackingLane> retiring = new LinkedHashSet<>();
    /** Lanes so far: each has a number of its own, so that one and its successor are two connections. */
    private int opened;
    private @Nullable KeyBatch batch;
    private boolean closed;
    /** Of desks that can't keep up, on the nodes. */
    private final Backpressure pressure;

    public InvalidationHub(Worker worker, Upstreams upstreams) {
        this.worker = worker;
        this.upstreams = upstreams;
        this.pressure = new Backpressure(worker, this::reading);
        worker.loop().scheduleAtFixedRate(this::probe, PROBE_SECONDS, PROBE_SECONDS, TimeUnit.SECONDS);
    }

    Worker worker() {
        return worker;
    }

    // ---- desks say what they want

    /**
     * {@code desk} wants to hear of these keys from now on and of no others; it is told by {@code version} when it does. Any
     * thread.
     */
    void need(TrackingDesk desk, Prefixes prefixes, long version) {
        worker.loop().execute(() -> {
            if (closed) {
                return;
            }
            if (prefixes.isEmpty()) {
                needs.remove(desk);
            } else {
                needs.put(desk, new Need(prefixes, version));
                settle();
            }
        });
    }

    private Prefixes wanted() {
        return Prefixes.union(needs.values().stream().map(need -> need.prefixes).toList());
    }

    /** Opens what is missing, and tells the desks what is there. */
    private void settle() {
        Prefixes wanted = wanted();
        if (wanted.isEmpty()) {
            return;
        }
        LaneSet now = current;
        if (now == null) {
            current = open(wanted);
        } else if (next == null && !now.prefixes().covers(wanted)) {
            next = open(wanted);
        }
        tell();
    }

    private LaneSet open(Prefixes prefixes) {
        LaneSet lanes = new LaneSet(prefixes);
        lanes.follow(upstreams.primaries(), node -> lane(node, prefixes));
        return lanes;
    }

    private TrackingLane lane(HostPort node, Prefixes prefixes) {
        opened++;
        ChannelKey key = new ChannelKey(node, 3, ChannelKey.Lane.TRACKING, opened);
        return new TrackingLane(this, upstreams.channel(key), prefixes);
    }

    private void tell() {
        LaneSet now = current;
        if (now == null || !now.complete()) {
            return;
        }
        // What happened before is not the business of those who begin now.
        flushTurn();
        needs.forEach((desk, need) -> {
            if (!need.told && now.prefixes().covers(need.prefixes)) {
                need.told = true;
                desk.covered(need.version);
            }
        });
    }

    // ---- lanes come and go

    /** A node says from now on what changes. */
    void confirmed(TrackingLane lane) {
        LaneSet now = current;
        if (now != null && now.has(lane)) {
            // What was read between the loss of its predecessor, or its election, and this moment may have changed unnoticed.
            unknown();
            tell();
        } else {
            replace();
        }
    }

    private void replace() {
        LaneSet fresh = next;
        if (fresh == null || !fresh.complete()) {
            return;
        }
        LaneSet old = current;
        current = fresh;
        next = null;
        if (old != null) {
            if (!old.complete()) {
                unknown();
            }
            for (TrackingLane lane : old.lanes()) {
                retiring.add(lane);
                lane.retire();
            }
        }
        settle();
    }

    /** A lane that told of changes is gone. */
    void lost(TrackingLane lane) {
        LaneSet now = current;
        if (now != null && now.has(lane)) {
            unknown();
        }
    }

    /** @param empty whether nothing was left on it */
    void retired(TrackingLane lane, boolean empty) {
        if (retiring.remove(lane)) {
            if (!empty) {
                unknown();
            }
            lane.close();
        }
    }

    /** A node won't tell of changes: who waits for that learns why. */
    void refused(TrackingLane lane, String error) {
        log.atWarn().addKeyValue("node", lane.node()).log("Client tracking was refused: {}", error);
        needs.forEach((desk, need) -> {
            if (!need.told) {
                desk.failed(need.version, error);
            }
        });
    }

    /** A lane has a new connection: it keeps to what holds for the others. */
    void laneReady(TrackingLane lane) {
        if (pressure.paused()) {
            lane.reading(false);
        }
    }

    /** Nobody uses this channel any more. */
    void forget(UpstreamChannel channel) {
        upstreams.forget(channel);
    }

    /** The slot map has changed: there is to be a lane to each primary. */
    public void follow() {
        boolean gaveUp = false;
        if (current != null) {
            gaveUp = follow(current);
        }
        if (next != null) {
            follow(next);
        }
        if (gaveUp) {
            unknown();
        }
        replace();
        tell();
    }

    private boolean follow(LaneSet lanes) {
        return lanes.follow(upstreams.primaries(), node -> lane(node, lanes.prefixes()));
    }

    // ---- what is invalid

    /** A key has changed: good during the call. */
    void invalid(ByteBuf buffer, int start, int length) {
        batch().add(buffer, start, length);
    }

    /** A node says that every key has changed. */
    void everythingInvalid() {
        batch().everything();
    }

    /** Any key may have changed: nobody was told. */
    private void unknown() {
        batch().unknown();
    }

    private KeyBatch batch() {
        KeyBatch gathering = batch;
        if (gathering == null) {
            gathering = new KeyBatch(worker.allocator().directBuffer());
            batch = gathering;
            worker.turn().flushHub(this);
        }
        return gathering;
    }

    @Override
    public void flushTurn() {
        KeyBatch gathered = batch;
        if (gathered == null) {
            return;
        }
        batch = null;
        for (TrackingDesk desk : needs.keySet()) {
            desk.hand(gathered);
            pressure.grown(desk.backlog());
        }
        gathered.data().release();
    }

    @Override
    public void failed(Throwable cause) {
        log.atError().setCause(cause).log("Invalidations were lost: unexpected failure");
    }

    private void reading(boolean reading) {
        lanes().forEach(lane -> lane.reading(reading));
    }

    private Set<TrackingLane> lanes() {
        Set<TrackingLane> all = new LinkedHashSet<>(retiring);
        for (LaneSet lanes : new @Nullable LaneSet[]{current, next}) {
            if (lanes != null) {
                all.addAll(lanes.lanes());
            }
        }
        return all;
    }

    /** Looks after the lanes, and lets go of what nobody wants any more: not at once, for who leaves often comes back. */
    private void probe() {
        if (closed) {
            return;
        }
        LaneSet now = current;
        Prefixes wanted = wanted();
        if (wanted.isEmpty()) {
            closeLanes();
        } else if (now != null && next == null && now.complete() && !now.prefixes().equals(wanted)) {
            next = open(wanted);
        }
        if (!pressure.paused()) {
            lanes().forEach(TrackingLane::probe);
        }
    }

    private void closeLanes() {
        lanes().forEach(TrackingLane::close);
        current = null;
        next = null;
        retiring.clear();
    }

    /** No more invalidations come; before the channels are closed. */
    public void close() {
        closed = true;
        closeLanes();
        needs.clear();
        if (batch != null) {
            batch.data().release();
            batch = null;
        }
    }
}
