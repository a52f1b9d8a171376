package io.slotgate.proxy.session;

import io.slotgate.proxy.clients.AllClients;
import io.slotgate.proxy.clients.ClientDirectory;
import io.slotgate.proxy.clients.CommandPause;
import io.slotgate.proxy.clients.Inquiries;
import io.slotgate.proxy.config.Limits;
import io.slotgate.proxy.fanout.FanOutRoom;
import io.slotgate.proxy.pubsub.Desk;
import io.slotgate.proxy.redirect.Parking;
import io.slotgate.proxy.redirect.Redirects;
import io.slotgate.proxy.resp.RequestFrame;
import io.slotgate.proxy.resp.RequestScanner;
import io.slotgate.proxy.route.RouteTable;
import io.slotgate.proxy.script.Scripts;
import io.slotgate.proxy.upstream.BulkLanes;
import io.slotgate.proxy.upstream.KeptCommand;
import io.slotgate.proxy.upstream.Leases;
import io.slotgate.proxy.upstream.Pending;
import io.slotgate.proxy.upstream.PendingPool;
import io.slotgate.proxy.upstream.Upstreams;
import io.slotgate.proxy.worker.Worker;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What all sessions of one worker share. Confined to its worker. */
public final class SessionRoom {
    private final Worker worker;
    private final Upstreams upstreams;
    private final Redirects redirects;
    private final SessionLimits limits;
    private final Dispatcher dispatcher;
    private final RequestScanner scanner;
    private final BulkLanes bulkLanes;
    private final Leases leases;
    private final Desk desk;
    private final SubscriptionCommands subscriptions;
    private final Scripts scripts;
    private final LargeKeys largeKeys = new LargeKeys();
    private final KeptCommand kept = new KeptCommand();
    private final AllClients clients;
    private final ClientDirectory directory;
    private final Inquiries inquiries;
    private long coarseMillis = System.currentTimeMillis();
    private RequestFrame frame = new RequestFrame();
    /** Bytes of commands that have not arrived whole, of all sessions. */
    private long halfReceived;
    private final Set<Session> open = new HashSet<>();
    private final LinkedHashSet<Session> waitingForMemory = new LinkedHashSet<>();
    /** Sessions whose clients have replies left to read, as of the last look. */
    private final Set<Session> unread = new HashSet<>();

    public SessionRoom(Worker worker, Upstreams upstreams, Parking parking, Redirects redirects,
            RouteTable routes, Limits limits, Desk desk, AllClients clients) {
        this.worker = worker;
        this.upstreams = upstreams;
        this.redirects = redirects;
        this.limits = SessionLimits.of(limits);
        FanOutRoom fanOut = new FanOutRoom(worker, upstreams, parking, limits.outputBytes(),
                limits.outputBytesPerWorker());
        this.scripts = new Scripts(worker);
        this.dispatcher = new Dispatcher(this, worker, upstreams, parking, fanOut, routes);
        this.scanner = new RequestScanner(this.limits.authenticated());
        this.bulkLanes = new BulkLanes(upstreams);
        this.leases = new Leases(worker, upstreams, limits);
        this.desk = desk;
        this.subscriptions = new SubscriptionCommands(this, limits.pubsub());
        this.clients = clients;
        this.directory = clients.directory(worker);
        this.inquiries = new Inquiries(clients, directory, limits.outputBytes());
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

    Redirects redirects() {
        return redirects;
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

    Desk desk() {
        return desk;
    }

    SubscriptionCommands subscriptions() {
        return subscriptions;
    }

    BulkLanes bulkLanes() {
        return bulkLanes;
    }

    Leases leases() {
        return leases;
    }

    /** The scripts that clients have shown. */
    public Scripts scripts() {
        return scripts;
    }

    LargeKeys largeKeys() {
        return largeKeys;
    }

    /** The pause that CLIENT PAUSE may have begun. */
    CommandPause pause() {
        return directory.pause();
    }

    /** Commands about the clients of all workers. */
    Inquiries inquiries() {
        return inquiries;
    }

    /** Clients of all workers. */
    long connectedClients() {
        return clients.connected();
    }

    /** Wall clock as of the last {@link #sweep}, milliseconds since 1970: good enough for how long a client was idle. */
    long coarseMillis() {
        return coarseMillis;
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
            waitingForMemory.removeFirst().resume();
        }
    }

    /** Counts bytes of half received commands in or, if negative, out; false if there are too many now. */
    boolean halfReceived(long change) {
        halfReceived += change;
        return halfReceived <= limits.configured().requestBytesPerWorker();
    }

    void opened(Session session) {
        open.add(session);
        directory.add(session);
        worker.counters().sessions++;
        worker.counters().sessionsOpened++;
    }

    void closed(Session session) {
        open.remove(session);
        directory.remove(session);
        waitingForMemory.remove(session);
        unread.remove(session);
        worker.counters().sessions--;
    }

    /** A session whose client does not read as fast as it is written to: {@link #sweep} looks after it. */
    void watch(Session session) {
        unread.add(session);
    }

    /** Looks after clients that don't read: to be called about once a second, at least. */
    public void sweep() {
        coarseMillis = System.currentTimeMillis();
        long now = System.nanoTime();
        long output = 0;
        List<Session> slow = new ArrayList<>(unread);
        for (Session session : slow) {
            output += session.checkOutput(now);
            if (session.unread() == 0) {
                unread.remove(session);
            }
        }
        if (output > limits.configured().outputBytesPerWorker()) {
            output = closeWorst(slow, output);
        }
        worker.counters().outputBytes = output;
        memoryFreed();
    }

    private long closeWorst(List<Session> slow, long output) {
        slow.sort(Comparator.comparingLong(Session::unread).reversed());
        long left = output;
        for (Session session : slow) {
            if (left <= limits.configured().outputBytesPerWorker()) {
                break;
            }
            left -= session.unread();
            session.closeSlow();
        }
        return left;
    }

    /** Closes all sessions. */
    public void close() {
        for (Session session : Set.copyOf(open)) {
            session.close();
        }
        dispatcher.transactions().close();
    }
}
