package io.slotgate.proxy.session;

import io.slotgate.proxy.clients.AllClients;
import io.slotgate.proxy.clients.ClientDirectory;
import io.slotgate.proxy.clients.CommandPause;
import io.slotgate.proxy.clients.Inquiries;
import io.slotgate.proxy.config.Limits;
import io.slotgate.proxy.config.LiveSettings;
import io.slotgate.proxy.config.ReadPolicy;
import io.slotgate.proxy.resp.RequestFrame;
import io.slotgate.proxy.resp.RequestScanner;
import io.slotgate.proxy.route.RouteTable;
import io.slotgate.proxy.script.Scripts;
import io.slotgate.proxy.tracking.TrackingDesk;
import io.slotgate.proxy.transaction.TransactionQueues;
import io.slotgate.proxy.upstream.AuthLane;
import io.slotgate.proxy.upstream.KeptCommand;
import io.slotgate.proxy.upstream.Pending;
import io.slotgate.proxy.upstream.PendingPool;
import io.slotgate.proxy.worker.Worker;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.SlotMap;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What all sessions of one worker share. Confined to its worker. */
public final class SessionRoom {
    private final Worker worker;
    private SessionLimits limits;
    private final UserPlane plane;
    private @Nullable UserPlanes users;
    private ReadPolicy readPolicy;
    private RouteTable routes;
    private final RequestScanner scanner;
    private final TrackingDesk trackingDesk;
    private final SubscriptionCommands subscriptions;
    private final TransactionQueues transactionQueues;
    private final Scripts scripts;
    private final LargeKeys largeKeys = new LargeKeys();
    private final KeptCommand kept = new KeptCommand();
    private final SlowCommands slowCommands;
    private final Monitors monitors;
    private final AllClients clients;
    private final ClientDirectory directory;
    private final Inquiries inquiries;
    private Set<HostPort> behind = Set.of();
    private Set<HostPort> avoided = Set.of();
    /** What was changed while the proxy runs; null if nothing was. */
    private @Nullable LiveSettings applied;
    private long coarseMillis = System.currentTimeMillis();
    private RequestFrame frame = new RequestFrame();
    /** Bytes of commands that have not arrived whole, of all sessions. */
    private long halfReceived;
    private final Set<Session> open = new HashSet<>();
    private final LinkedHashSet<Session> waitingForMemory = new LinkedHashSet<>();
    private final SlowReaders slowReaders = new SlowReaders();

    /**
     * @param own the channels by which the proxy itself comes, and with it sessions that are nobody else to the cluster
     * @param trackingDesk where sessions ask to be told of changes
     * @param clients where this worker's clients are to be found among those of all workers
     */
    public SessionRoom(Worker worker, UserChannels own, RouteTable routes, Limits limits, ReadPolicy readPolicy,
            TrackingDesk trackingDesk, AllClients clients) {
        this.worker = worker;
        this.slowCommands = new SlowCommands(this);
        this.monitors = new Monitors(worker);
        this.limits = SessionLimits.of(limits);
        this.routes = routes;
        this.readPolicy = readPolicy;
        this.scripts = new Scripts(worker);
        this.trackingDesk = trackingDesk;
        this.transactionQueues = new TransactionQueues(worker, limits.transactionCommands(), limits.transactionBytes(),
                limits.transactionBytesPerWorker());
        this.subscriptions = new SubscriptionCommands(this);
        this.plane = new UserPlane(null, 0, this, own, routes);
        this.scanner = new RequestScanner(this.limits.authenticated());
        this.clients = clients;
        this.directory = clients.directory(worker);
        this.inquiries = new Inquiries(clients, directory, () -> this.limits.configured().outputBytes());
    }

    /**
     * From now on sessions may be those of users of the cluster, or in other databases than 0.
     *
     * @param made those of them whom the proxy makes itself
     * @param most how many users and databases at a time
     */
    public void serveUsers(UserChannels.Factory factory, MadeUsers made, int most) {
        users = new UserPlanes(worker, made, new AuthLane(worker, plane.upstreams()), factory,
                this::planeOf, this::closeSessionsOf, plane.desk(), most);
    }

    private UserPlane planeOf(UserPlanes.Way way, UserChannels channels) {
        UserPlane made = new UserPlane(way.user(), way.database(), this, channels, routes);
        if (applied == null) {
            channels.upstreams().replicas().behind(unreadable());
        } else {
            made.apply(applied, unreadable());
        }
        return made;
    }

    private void closeSessionsOf(UserPlane refused) {
        for (Session session : Set.copyOf(open)) {
            if (session.uses(refused)) {
                session.close();
            }
        }
    }

    /** Has the channels of all users follow a new slot map. */
    public void follow(SlotMap map) {
        plane.channels().follow(map);
        if (users != null) {
            users.follow(map);
        }
        monitors.follow();
    }

    /** From now on commands go by these routes; those that have begun keep theirs. */
    public void follow(RouteTable learned) {
        routes = learned;
        planes().forEach(each -> each.dispatcher().follow(learned));
    }

    /** A node did not answer a probe that began at {@code since}, {@link System#nanoTime}. */
    public void cutSilent(HostPort node, long since) {
        planes().forEach(each -> each.upstreams().cutSilent(node, since));
    }

    /** Says which replicas must not be read from because they are too far behind. */
    public void behind(Set<HostPort> replicas) {
        behind = Set.copyOf(replicas);
        planes().forEach(each -> each.upstreams().replicas().behind(unreadable()));
    }

    /** Replicas that are not read from. */
    private Set<HostPort> unreadable() {
        Set<HostPort> all = new HashSet<>(behind);
        all.addAll(avoided);
        return all;
    }

    /** From now on this holds; bounds that a session has taken in hold for it until its end. */
    public void apply(LiveSettings settings) {
        readPolicy = settings.reads().policy();
        limits = SessionLimits.of(settings.limits());
        avoided = settings.avoid();
        applied = settings;
        Limits bounds = settings.limits();
        transactionQueues.limits(bounds.transactionCommands(), bounds.transactionBytes(),
                bounds.transactionBytesPerWorker());
        trackingDesk.limits(bounds.tracking().keysPerWorker(), bounds.tracking().keyBytesPerWorker(),
                settings.failoverPatience().toMillis());
        open.forEach(Session::noteReads);
        worker.observer().follow(settings.heat().enabled() ? settings.heat().sample() : 0);
        planes().forEach(each -> each.apply(settings, unreadable()));
    }

    /** Counts the commands that were sent since the last count to nodes in other zones. */
    public void countCrossings() {
        planes().forEach(each -> each.upstreams().countCrossings());
    }

    private List<UserPlane> planes() {
        List<UserPlane> all = new ArrayList<>(users == null ? List.of() : users.all());
        all.add(plane);
        return all;
    }

    /** The users of the cluster and the databases; there are some, or nothing asks for them. */
    UserPlanes users() {
        if (users == null) {
            throw new IllegalStateException("no users are served");
        }
        return users;
    }

    /** The way of commands of whom the proxy itself is, to a database; a session's from now on. Null if there are too many ways. */
    @Nullable
    UserPlane ours(int database) {
        return database == 0 ? plane : users().acquire(null, database);
    }

    /** The way of commands of whom the proxy itself is, to database 0. */
    UserPlane plane() {
        return plane;
    }

    /** A session has no use for a plane any more. */
    void release(UserPlane used) {
        if (users != null && used != plane) {
            users.release(used);
        }
    }

    Worker worker() {
        return worker;
    }

    PendingPool pendings() {
        return plane.upstreams().pendings();
    }

    SessionLimits limits() {
        return limits;
    }

    RequestScanner scanner() {
        return scanner;
    }

    TrackingDesk trackingDesk() {
        return trackingDesk;
    }

    ClientDirectory directory() {
        return directory;
    }

    /** Which reads may go to replicas. */
    ReadPolicy readPolicy() {
        return readPolicy;
    }

    SubscriptionCommands subscriptions() {
        return subscriptions;
    }

    TransactionQueues transactionQueues() {
        return transactionQueues;
    }

    /** The scripts that clients have shown. */
    public Scripts scripts() {
        return scripts;
    }

    LargeKeys largeKeys() {
        return largeKeys;
    }

    Monitors monitors() {
        return monitors;
    }

    SlowCommands slowCommands() {
        return slowCommands;
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
            waitingForMemory.removeFirst().intake().resume();
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
        slowReaders.remove(session);
        worker.counters().sessions--;
    }

    /** A session whose client does not read as fast as it is written to: {@link #sweep} looks after it. */
    void watch(Session session) {
        slowReaders.add(session);
    }

    /** Looks after clients that don't read and nodes that don't answer: to be called at short intervals. */
    public void sweep() {
        planes().forEach(each -> each.upstreams().sweep());
        coarseMillis = System.currentTimeMillis();
        long now = System.nanoTime();
        worker.observer().age(now, coarseMillis);
        worker.counters().outputBytes = slowReaders.sweep(now, limits.configured().outputBytesPerWorker());
        if (users != null) {
            users.sweep();
        }
        memoryFreed();
    }

    /**
     * Lets clients go; to be called again and again, for what can't be done now.
     *
     * @param idleMillis how long a client must have been silent that goes {@link Parting#WHEN_SILENT}
     */
    public void drain(Parting how, long idleMillis) {
        coarseMillis = System.currentTimeMillis();
        for (Session session : Set.copyOf(open)) {
            session.part(how, idleMillis);
        }
    }

    /** Takes {@link #drain} back for those that have not begun to go. */
    public void stay() {
        open.forEach(Session::stay);
    }

    /** Closes all sessions and the channels of all users. */
    public void close() {
        for (Session session : Set.copyOf(open)) {
            session.close();
        }
        transactionQueues.close();
        if (users != null) {
            users.close();
        }
        plane.channels().close();
    }
}
