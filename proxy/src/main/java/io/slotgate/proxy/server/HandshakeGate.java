package io.slotgate.proxy.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes one worker's new connections in and lets their TLS handshakes go on, a bounded part of each turn of the loop, so
 * that a storm of them doesn't stall the established ones:
 *
 * <pre>
 *   epoll ── established clients ── flush ──┬ end of turn: 1. handshakes under way whose client has answered
 *     ^                                     │              2. handshakes not begun whose client has spoken
 *     └─────────────────────────────────────┘              3. connections accepted
 * </pre>
 *
 * Only who has sent something is in a queue, so silent clients stand in nobody's way. A handshake that is begun holds a
 * TLS engine; the number of these is bounded too, and where it is reached the one silent for longest gives way.
 *
 * <p>
 * Confined to its worker.
 */
final class HandshakeGate implements Runnable {
    /** Connections with a first flight to work on beyond which no more are taken in: those wait in the kernel. */
    private static final int STARTING = 64;

    private final GateLoop loop;
    private final GateLimits limits;
    private final @Nullable Supplier<? extends ChannelHandler> tlsHandlers;
    private final Runnable takenIn;
    private final GateCounters counters = new GateCounters();
    private final TurnShare share;

    private final ArrayDeque<Arrival> arrivals = new ArrayDeque<>();
    /** In the order of their deadlines. */
    private final LinkedHashSet<GatedHandshake> unfinished = new LinkedHashSet<>();
    private final LinkedHashSet<GatedHandshake> starting = new LinkedHashSet<>();
    private final LinkedHashSet<GatedHandshake> continuing = new LinkedHashSet<>();
    /** Begun and waiting for their client, the longest silent first. */
    private final LinkedHashSet<GatedHandshake> awaiting = new LinkedHashSet<>();
    private boolean scheduled;
    private boolean watching;
    private boolean retrying;

    /** A connection nobody has read from. */
    record Arrival(Channel channel, boolean tls, Supplier<? extends ChannelHandler> session, long acceptedNanos) {}

    /**
     * @param tlsHandlers makes a connection's TLS handler; null if no listener speaks TLS
     * @param takenIn called for each connection that has left the queue of the accepted ones
     */
    HandshakeGate(GateLoop loop, GateLimits limits, @Nullable Supplier<? extends ChannelHandler> tlsHandlers,
            Runnable takenIn) {
        this.loop = loop;
        this.limits = limits;
        this.tlsHandlers = tlsHandlers;
        this.takenIn = takenIn;
        this.share = new TurnShare(limits.share());
    }

    /** Figures of this worker, up to date. */
    GateCounters counters() {
        counters.waiting = arrivals.size() + (long) starting.size() + continuing.size();
        counters.underWay = begun();
        return counters;
    }

    /** Queues a connection. */
    void arrive(Arrival arrival) {
        arrivals.add(arrival);
        schedule();
    }

    /** A connection was taken in. */
    void entered(GatedHandshake handshake) {
        unfinished.add(handshake);
        schedule();
        watch();
    }

    /** Bytes came in that a handshake can go on with. */
    void ready(GatedHandshake handshake, boolean begun) {
        if (begun) {
            awaiting.remove(handshake);
            continuing.add(handshake);
        } else {
            starting.add(handshake);
        }
        schedule();
    }

    /** The connection needs the gate no more. */
    void left(GatedHandshake handshake) {
        unfinished.remove(handshake);
        starting.remove(handshake);
        continuing.remove(handshake);
        awaiting.remove(handshake);
        schedule();
    }

    /** Closes everything that has no session yet. */
    void close() {
        for (Arrival arrival : arrivals) {
            arrival.channel().unsafe().closeForcibly();
        }
        arrivals.clear();
        while (!unfinished.isEmpty()) {
            unfinished.getFirst().giveUp();
        }
    }

    private int begun() {
        return awaiting.size() + continuing.size();
    }

    private void schedule() {
        if (scheduled) {
            return;
        }
        if (hasWork(loop.nanoTime())) {
            scheduled = true;
            loop.atEndOfTurn(this);
        } else if (!starting.isEmpty() && !retrying) {
            retrying = true;
            loop.after(limits.silenceNanos(), this::retry);
        }
    }

    private void retry() {
        retrying = false;
        schedule();
    }

    private boolean hasWork(long now) {
        return oneIsDue(now) || !continuing.isEmpty() || (!starting.isEmpty() && (mayBegin() || oneIsSilent(now)))
                || (!arrivals.isEmpty() && mayTakeIn());
    }

    private boolean mayBegin() {
        return begun() < limits.begun();
    }

    private boolean oneIsSilent(long now) {
        return !awaiting.isEmpty() && now - awaiting.getFirst().silentSince() >= limits.silenceNanos();
    }

    private boolean mayTakeIn() {
        return starting.size() < STARTING;
    }

    /** The gate's part of a turn. */
    @Override
    public void run() {
        long now = loop.nanoTime();
        share.begin(now);
        for (int steps = 0; steps < limits.stepsPerTurn() && step(now); steps++) {
            now = loop.nanoTime();
            if (share.over(now)) {
                break;
            }
        }
        scheduled = false;
        share.end(now, hasWork(now));
        schedule();
        watch();
    }

    /** What is nearest to its end goes first: that frees the most and makes nobody wait twice. */
    private boolean step(long now) {
        // On top, for closing costs little, and thousands that came together are due together.
        boolean due = oneIsDue(now);
        if (due) {
            expire(unfinished.getFirst());
        }
        if (!continuing.isEmpty()) {
            goOn(continuing.removeFirst(), now);
        } else if (!starting.isEmpty() && roomToBegin(now)) {
            counters.begun++;
            goOn(starting.removeFirst(), now);
        } else if (!arrivals.isEmpty() && mayTakeIn()) {
            takeIn(arrivals.remove());
        } else {
            return due;
        }
        return true;
    }

    private boolean roomToBegin(long now) {
        if (!mayBegin() && oneIsSilent(now)) {
            expire(awaiting.getFirst());
        }
        return mayBegin();
    }

    private void goOn(GatedHandshake handshake, long now) {
        awaiting.add(handshake);
        handshake.turn(now);
    }

    private void takeIn(Arrival arrival) {
        takenIn.run();
        Channel channel = arrival.channel();
        if (arrival.tls() && tlsHandlers != null) {
            channel.pipeline().addLast(new GatedHandshake(this, tlsHandlers, arrival.session(),
                    arrival.acceptedNanos() + limits.timeoutNanos()));
        } else {
            channel.pipeline().addLast(arrival.session().get());
        }
        loop.register(channel);
    }

    /** Keeps one timer going while there is anything to time out. */
    private void watch() {
        long now = loop.nanoTime();
        if (!watching && !unfinished.isEmpty() && !oneIsDue(now)) {
            watching = true;
            loop.after(unfinished.getFirst().deadline() - now, this::deadline);
        }
    }

    private void deadline() {
        watching = false;
        schedule();
        watch();
    }

    private boolean oneIsDue(long now) {
        return !unfinished.isEmpty() && now - unfinished.getFirst().deadline() >= 0;
    }

    private void expire(GatedHandshake handshake) {
        counters.timedOut++;
        handshake.giveUp();
    }
}
