package io.slotgate.proxy.session;

import io.slotgate.proxy.config.Limits;
import io.slotgate.proxy.fanout.FanOutRoom;
import io.slotgate.proxy.redirect.Parking;
import io.slotgate.proxy.resp.RequestFrame;
import io.slotgate.proxy.resp.RequestScanner;
import io.slotgate.proxy.route.RouteTable;
import io.slotgate.proxy.upstream.BulkLanes;
import io.slotgate.proxy.upstream.KeptCommand;
import io.slotgate.proxy.upstream.Pending;
import io.slotgate.proxy.upstream.PendingPool;
import io.slotgate.proxy.upstream.Upstreams;
import io.slotgate.proxy.worker.Worker;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What all sessions of one worker share. Confined to its worker. */
public final class SessionRoom {
    private final Worker worker;
    private final Upstreams upstreams;
    private final SessionLimits limits;
    private final Dispatcher dispatcher;
    private final RequestScanner scanner;
    private final BulkLanes bulkLanes;
    private final LargeKeys largeKeys = new LargeKeys();
    private final KeptCommand kept = new KeptCommand();
    private RequestFrame frame = new RequestFrame();
    /** Bytes of commands that have not arrived whole, of all sessions. */
    private long halfReceived;
    private final Set<Session> open = new HashSet<>();
    private final ArrayDeque<Session> waitingForMemory = new ArrayDeque<>();

    public SessionRoom(Worker worker, Upstreams upstreams, Parking parking, RouteTable routes, Limits limits) {
        this.worker = worker;
        this.upstreams = upstreams;
        this.limits = SessionLimits.of(limits);
        FanOutRoom fanOut = new FanOutRoom(worker, upstreams, parking, limits.outputBytes());
        this.dispatcher = new Dispatcher(this, worker, upstreams, parking, fanOut, routes);
        this.scanner = new RequestScanner(this.limits.authenticated());
        this.bulkLanes = new BulkLanes(upstreams);
    }

    /** From now on commands take the routes of a newer table. */
    public void routes(RouteTable routes) {
        dispatcher.routes(routes);
    }

    Worker worker() {
        return worker;
    }

    PendingPool pendings() {
        return upstreams.pendings();
    }

    Upstreams upstreams() {
        return upstreams;
    }

    SessionLimits limits() {
        return limits;
    }

    Dispatcher dispatcher() {
        return dispatcher;
    }

    RequestScanner scanner() {
        return scanner;
    }

    BulkLanes bulkLanes() {
        return bulkLanes;
    }

    LargeKeys largeKeys() {
        return largeKeys;
    }

    /** The arguments of a command whose bytes were kept; good until the next call. */
    RequestFrame keptFrame(Pending pending) {
        return kept.read(pending);
    }

    /** The frame for the next command. */
    RequestFrame frame() {
        return frame.restart();
    }

    /** Leaves the current frame to a session whose long command has only partly arrived; others get a new one. */
    RequestFrame giveFrameAway() {
        RequestFrame given = frame;
        frame = new RequestFrame();
        return given;
    }

    /** Whether the worker keeps as many bytes of unanswered commands as it may. */
    boolean keepsTooMuch() {
        return worker.counters().keptBytes > limits.configured().replayBytesPerWorker();
    }

    /** A session that stopped because of {@link #keepsTooMuch}. */
    void waitForMemory(Session session) {
        waitingForMemory.add(session);
    }

    /** Lets sessions go on that waited for memory, one at a time. */
    void memoryFreed() {
        while (!waitingForMemory.isEmpty()
                && worker.counters().keptBytes < limits.configured().replayBytesPerWorker() / 2) {
            @Nullable
            Session session = waitingForMemory.poll();
            if (session != null) {
                session.resume();
            }
        }
    }

    /** Counts bytes of half received commands in or, if negative, out; false if there are too many now. */
    boolean halfReceived(long change) {
        halfReceived += change;
        return halfReceived <= limits.configured().requestBytesPerWorker();
    }

    void opened(Session session) {
        open.add(session);
        worker.counters().sessions++;
        worker.counters().sessionsOpened++;
    }

    void closed(Session session) {
        open.remove(session);
        waitingForMemory.remove(session);
        worker.counters().sessions--;
    }

    /** Looks after clients that don't read: to be called about once a second. */
    public void sweep() {
        long now = System.nanoTime();
        long output = 0;
        for (Session session : Set.copyOf(open)) {
            output += session.checkOutput(now);
        }
        worker.counters().outputBytes = output;
        memoryFreed();
    }

    /** Closes all sessions. */
    public void close() {
        for (Session session : Set.copyOf(open)) {
            session.close();
        }
    }
}
