package io.slotgate.proxy.pubsub;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.metrics.WorkerCounters;
import io.slotgate.proxy.redirect.ErrorReply;
import io.slotgate.proxy.redirect.TopologyFeedback;
import io.slotgate.proxy.route.Route.Audience;
import io.slotgate.proxy.upstream.ChannelKey;
import io.slotgate.proxy.upstream.UpstreamChannel;
import io.slotgate.proxy.upstream.Upstreams;
import io.slotgate.proxy.worker.Backpressure;
import io.slotgate.proxy.worker.Flushable;
import io.slotgate.proxy.worker.Worker;
import io.slotgate.topology.model.HostPort;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All subscriptions of the process: one at the nodes for each topic, however many sessions want it.
 *
 * <pre>
 *   sessions ── Desk of worker 1 ──┐ want, leave              ┌── Lane ── node a
 *   sessions ── Desk of worker 2 ──┼──────────────> Hub ──────┼── Lane ── node b
 *            <─ batch of messages ─┘  one task a turn         └── Lane ── node c
 * </pre>
 *
 * A shard channel is subscribed to at the owner of its slot and moves with it. Any node has the messages of all other channels;
 * they are taken from the owner of the slot that the name hashes to, so that they are spread and so that PUBLISH, which goes
 * there too, finds us among the receivers; while it can't be reached, from another node.
 *
 * <p>Confined to one worker, the first, but for the methods that say otherwise.
 */
public final class Hub implements Flushable {
    private static final Logger log = LoggerFactory.getLogger(Hub.class);
    private static final long PROBE_SECONDS = 5;
    private static final long RETRY_MILLIS = 20;
    private static final long REFUSED_RETRY_MILLIS = 1000;
    private static final int DETOURS_AT_ONCE = 4;

    private final Worker worker;
    private final Upstreams upstreams;
    private final TopologyFeedback topology;
    private final Census census;
    private long patienceMillis;
    private final Future<?> probing;
    private final Map<Topic, Subscription> subscriptions = new HashMap<>();
    private final Map<HostPort, Lane> lanes = new HashMap<>();
    private @Nullable Batch batch;
    private boolean dirty;
    private boolean closed;
    /** Of desks that can't keep up, on the nodes. */
    private final Backpressure pressure;

    /** @param patienceMillis how long a client's first subscription to a topic may take */
    public Hub(Worker worker, Upstreams upstreams, TopologyFeedback topology, Census census, long patienceMillis) {
        this.worker = worker;
        this.upstreams = upstreams;
        this.topology = topology;
        this.census = census;
        this.patienceMillis = patienceMillis;
        this.pressure = new Backpressure(worker, this::reading);
        this.probing = worker.loop().scheduleAtFixedRate(this::probe, PROBE_SECONDS, PROBE_SECONDS, TimeUnit.SECONDS);
    }

    /** From now on a client's first subscription to a topic may take so long. */
    public void patience(long millis) {
        patienceMillis = millis;
    }

    /** Who wants what, over all workers. Any thread. */
    public Census census() {
        return census;
    }

    Worker worker() {
        return worker;
    }

    WorkerCounters counters() {
        return worker.counters();
    }

    // ---- desks say what they want

    /** {@code desk} wants a topic, and is told by {@code ticket} when it is there or can't be had. Any thread. */
    void want(Desk desk, Topic topic, long ticket) {
        worker.loop().execute(() -> {
            if (closed) {
                return;
            }
            Subscription known = subscriptions.get(topic);
            if (known != null) {
                known.want(desk, ticket);
                if (known.active()) {
                    desk.confirmed(topic, ticket);
                }
                return;
            }
            Subscription subscription = new Subscription(topic);
            subscriptions.put(topic, subscription);
            subscription.want(desk, ticket);
            place(subscription);
            worker.loop().schedule(() -> giveUp(subscription), patienceMillis, TimeUnit.MILLISECONDS);
        });
    }

    /** {@code desk} has no use any more for what it wanted by {@code ticket}. Any thread. */
    void unwant(Desk desk, Topic topic, long ticket) {
        worker.loop().execute(() -> {
            Subscription subscription = subscriptions.get(topic);
            if (subscription != null && subscription.unwant(desk, ticket)) {
                end(subscription);
            }
        });
    }

    private void end(Subscription subscription) {
        subscriptions.remove(subscription.topic());
        Lane lane = subscription.lane();
        if (lane != null) {
            lane.leave(subscription);
        }
        subscription.leave();
    }

    private void giveUp(Subscription subscription) {
        if (!subscription.everActive() && !subscription.left()) {
            fail(subscription, "CLUSTERDOWN no node could be reached for " + patienceMillis + " ms that has '"
                    + subscription.topic().name() + "'");
        }
    }

    private void fail(Subscription subscription, String error) {
        end(subscription);
        subscription.tellFailed(error);
    }

    // ---- subscriptions find their nodes

    private void place(Subscription subscription) {
        if (closed || subscription.left() || !subscription.homeless()) {
            return;
        }
        Lane lane = choose(subscription.topic());
        if (lane == null) {
            topology.stale("nobody owns slot " + subscription.topic().slot());
            placeLater(subscription, RETRY_MILLIS);
        } else {
            lane.take(subscription);
        }
    }

    private void placeLater(Subscription subscription, long millis) {
        worker.loop().schedule(() -> place(subscription), millis, TimeUnit.MILLISECONDS);
    }

    private @Nullable Lane choose(Topic topic) {
        UpstreamChannel owner = upstreams.forSlot(2, topic.slot());
        Lane home = owner == null ? null : lane(owner.key().node());
        if (topic.audience() == Audience.SHARD || (home != null && !home.down())) {
            return home;
        }
        for (HostPort primary : upstreams.primaries()) {
            Lane other = lane(primary);
            if (!other.down()) {
                return other;
            }
        }
        return home;
    }

    private Lane lane(HostPort node) {
        return lanes.computeIfAbsent(node,
                address -> new Lane(this, upstreams.channel(new ChannelKey(address, 3, ChannelKey.Lane.PUBSUB, 0))));
    }

    /** Its lane is gone: it is to have another one, if it is still wanted. */
    void displaced(Subscription subscription) {
        if (!subscription.left()) {
            subscription.displaced();
            // Not at once: many may be displaced together, and the node that is lost is only now being taken note of.
            worker.loop().execute(() -> place(subscription));
        }
    }

    /** The node of {@code lane} has ended what it had under this name, because we asked or because the slot has left it. */
    void ended(Topic topic, Lane lane) {
        Subscription subscription = subscriptions.get(topic);
        if (subscription != null && subscription.activeAt(lane)) {
            lane.forget(subscription);
            displaced(subscription);
        }
    }

    /** A node answered a request to subscribe with an error. */
    void refused(Subscription subscription, Lane lane, ByteBuf buffer, int start, int end) {
        subscription.displaced();
        switch (ErrorReply.read(buffer, start, end, lane.node())) {
            case ErrorReply.NoScript() -> throw new IllegalStateException("NOSCRIPT as an answer to SUBSCRIBE");
            case ErrorReply.Moved moved -> {
                UpstreamChannel known = upstreams.forSlot(2, moved.slot());
                if (known == null || known.key().node().equals(lane.node())) {
                    upstreams.moved(moved.slot(), moved.owner());
                    topology.moved(moved.slot(), moved.owner(), lane.node());
                }
                counters().moved++;
                if (subscription.countDetour() % DETOURS_AT_ONCE == 0) {
                    placeLater(subscription, RETRY_MILLIS);
                } else {
                    place(subscription);
                }
            }
            case ErrorReply.Ask ask -> placeLater(subscription, RETRY_MILLIS);
            case ErrorReply.TryAgain() -> placeLater(subscription, RETRY_MILLIS);
            case ErrorReply.NotNow() -> {
                topology.stale("a node can't take subscriptions");
                placeLater(subscription, RETRY_MILLIS);
            }
            case ErrorReply.Answer() -> {
                String error = buffer.toString(start + 1, end - start - 3, StandardCharsets.UTF_8);
                if (subscription.everActive()) {
                    if (subscription.countDetour() == 1) {
                        log.atWarn().addKeyValue("node", lane.node()).log("A subscription was not taken up again: {}",
                                error);
                    }
                    placeLater(subscription, REFUSED_RETRY_MILLIS);
                } else {
                    fail(subscription, error);
                }
            }
        }
    }

    /** The slot map has changed: what waits for a node looks again which one that is; nodes that have left are let go of. */
    public void follow() {
        for (Lane lane : List.copyOf(lanes.values())) {
            boolean left = upstreams.map().node(lane.node()) == null;
            if (left || !lane.ready()) {
                lane.displaceAll();
            }
            if (left) {
                lanes.remove(lane.node());
                lane.close();
            }
        }
    }

    /** Nobody uses this channel any more. */
    void forget(UpstreamChannel channel) {
        upstreams.forget(channel);
    }

    // ---- messages

    /** A message came: good during the call. */
    void message(Topic topic, ByteBuf buffer, int start, int end) {
        Subscription subscription = subscriptions.get(topic);
        if (subscription == null) {
            return;
        }
        Batch gathering = batch;
        if (gathering == null) {
            gathering = new Batch(worker.allocator().directBuffer());
            batch = gathering;
            flushWithTurn();
        }
        gathering.add(topic, subscription.desks(), buffer, start, end);
    }

    void flushWithTurn() {
        if (!dirty) {
            dirty = true;
            worker.turn().flushHub(this);
        }
    }

    @Override
    public void flushTurn() {
        dirty = false;
        for (Lane lane : lanes.values()) {
            lane.flush();
        }
        Batch gathered = batch;
        if (gathered != null) {
            batch = null;
            for (Desk desk : gathered.desks()) {
                desk.hand(gathered);
                pressure.grown(desk.backlog());
            }
            gathered.data().release();
        }
    }

    @Override
    public void failed(Throwable cause) {
        log.atError().setCause(cause).log("Messages were lost: unexpected failure");
    }

    private void reading(boolean reading) {
        for (Lane lane : lanes.values()) {
            lane.reading(reading);
        }
    }

    /** A lane has a new connection: it keeps to what holds for the others. */
    void laneReady(Lane lane) {
        if (pressure.paused()) {
            lane.reading(false);
        }
    }

    private void probe() {
        if (!pressure.paused() && !closed) {
            for (Lane lane : List.copyOf(lanes.values())) {
                lane.probe();
            }
        }
    }

    /** No more messages come; before the channels are closed. */
    public void close() {
        closed = true;
        probing.cancel(false);
        for (Lane lane : List.copyOf(lanes.values())) {
            lane.close();
        }
        lanes.clear();
        subscriptions.clear();
        if (batch != null) {
            batch.data().release();
            batch = null;
        }
    }
}
