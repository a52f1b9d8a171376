package io.slotgate.topology.discovery;

import io.slotgate.topology.model.Cause;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.NodeHealth;
import io.slotgate.topology.model.Observation;
import io.slotgate.topology.model.Observation.NodeLost;
import io.slotgate.topology.model.SlotMap;
import io.slotgate.topology.table.TopologyTable;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a topology table up to date by asking the cluster's nodes: at start, regularly, and when something calls for it.
 * All its work is done on one daemon thread of its own; its methods may be called from any thread and do not block,
 * except {@link #close}.
 */
public final class Discovery implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Discovery.class);
    /** Connections that were not used for as many refreshes are closed: large clusters are asked in turn. */
    private static final int KEEP_CONNECTION_ROUNDS = 4;
    private static final Duration LAG_INTERVAL = Duration.ofSeconds(1);
    private static final Duration STANDING_INTERVAL = Duration.ofSeconds(1);

    private final ClusterAccess access;
    private final DiscoverySettings settings;
    private final TopologyTable table;
    private final DiscoveryThread thread;
    private final RefreshPace pace;
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicBoolean requested = new AtomicBoolean();
    private final CompletableFuture<SlotMap> firstMap = new CompletableFuture<>();
    private final LearnedElsewhere elsewhere;

    // of the discovery thread
    private final ProbePlan plan;
    private final RefreshOutcome outcome;
    private final Set<HostPort> probed = new HashSet<>();
    private final HealthBook healths = new HealthBook(InstantSource.system());
    private volatile @Nullable ReplicaLag lag;
    private @Nullable NodeConnections connections;
    private @Nullable NodeProber prober;
    private long round;

    /** Does nothing until started. */
    public Discovery(ClusterAccess access, DiscoverySettings settings, TopologyTable table) {
        this.access = access;
        this.settings = settings;
        this.table = table;
        this.pace = new RefreshPace(settings, new Random());
        this.plan = new ProbePlan(access.seeds());
        this.thread = new DiscoveryThread(this::refresh);
        this.elsewhere = new LearnedElsewhere(table, thread, plan, () -> round, this::requestRefresh);
        this.outcome = new RefreshOutcome(table, settings.zones(), healths, () -> lag, plan, pace, thread,
                firstMap::complete);
    }

    /**
     * Starts asking, all seeds at once; starting again does nothing.
     *
     * @return completes, on the discovery thread, with the first map that has an owner for any slot. It never fails for
     *         lack of a cluster, for discovery keeps trying; closing cancels it
     */
    public CompletableFuture<SlotMap> start() {
        if (started.compareAndSet(false, true)) {
            thread.refreshIn(Duration.ZERO);
        }
        return firstMap.copy();
    }

    /**
     * Asks for a refresh as soon as the least gap since the last one allows; requests until then are one.
     *
     * @param cause why, for the log
     */
    public void requestRefresh(String cause) {
        if (started.get() && requested.compareAndSet(false, true)) {
            log.atDebug().addKeyValue("cause", cause).log("Refresh requested");
            thread.refreshWithin(pace.gap());
        }
    }

    /**
     * Hands what a worker learned to the table, on the discovery thread, and has the nodes concerned asked soon. What the
     * current map already says is dropped at once: a redirect it follows, the loss of a node it knows to be unwell.
     */
    public void report(Observation observation) {
        elsewhere.report(observation, Cause.of(observation));
    }

    /** Has {@code listener} called, on the discovery thread, with every reported observation that changed the map. */
    public void tellFinds(Consumer<Observation> listener) {
        elsewhere.tellFinds(listener);
    }

    /**
     * Takes in what another proxy learned, on the discovery thread. A redirect and a view count as if they had come here in
     * the round of now, for rounds of another process say nothing here; that another can't reach a node is only a reason to
     * ask that node ourselves. Unlike {@link #report}, what was told asks for no refresh: a whole fleet that probed at
     * once would be a burden to the nodes, and who learned it first probes already.
     *
     * @param member who told
     */
    public void hear(Observation told, String member) {
        elsewhere.hear(told, member);
    }

    /**
     * Asks for the command table.
     *
     * @return the reply of <a href="https://valkey.io/commands/command/">COMMAND</a> by the first node that gives one:
     *         nested lists with byte array and Long leaves; fails if none does
     */
    public CompletableFuture<List<Object>> commandTable() {
        return askAnyone(connection -> connection.nested(NodeCommand.COMMAND));
    }

    /** Asks what the nodes run; fails if none tells. */
    public CompletableFuture<ServerVersion> serverVersion() {
        return askAnyone(connection -> connection.text(NodeCommand.INFO_SERVER)).thenApply(ServerVersion::ofInfo);
    }

    /**
     * Asks how many databases there are.
     *
     * @return 0 if the nodes know of none but database 0, as before Valkey 9.0; fails if none tells
     */
    public CompletableFuture<Integer> databases() {
        return askAnyone(connection -> connection.nested(NodeCommand.CLUSTER_DATABASES)).thenApply(Databases::count);
    }

    private <T> CompletableFuture<T> askAnyone(Function<NodeConnection, CompletableFuture<T>> question) {
        CompletableFuture<T> reply = new CompletableFuture<>();
        firstMap.whenComplete((map, closed) -> {
            if (closed != null) {
                reply.completeExceptionally(closed);
            }
        });
        thread.execute(() -> prober().talkToAny(new ArrayDeque<>(plan.addresses(table.current())), question, reply));
        return reply;
    }

    /**
     * Asks one node whether it is there. If not, the table learns that it is lost.
     *
     * @return completes on the discovery thread, with true if it answers in time, be it with an error; never after {@link #close}
     */
    public CompletableFuture<Boolean> probe(HostPort address) {
        CompletableFuture<Boolean> there = new CompletableFuture<>();
        thread.execute(() -> {
            probed.add(address);
            prober().talk(address, connection -> connection.text(NodeCommand.INFO_SERVER))
                    .whenComplete((info, failure) -> {
                        probed.remove(address);
                        boolean answers = failure == null || NodeProber.isAnswer(failure);
                        if (!answers) {
                            elsewhere.report(new NodeLost(address), Cause.silent(address));
                        }
                        there.complete(answers);
                    });
        });
        return there;
    }

    /** Stops asking, closes all connections and waits, at most some seconds, until the threads have ended. */
    @Override
    public void close() {
        thread.close();
        firstMap.completeExceptionally(new CancellationException("discovery closed"));
        NodeConnections opened = connections;
        connections = null;
        if (opened != null) {
            opened.close();
        }
    }

    /**
     * Watches from now on, once a second, how far replicas are behind their primaries; once.
     *
     * @param most how far behind a replica may be
     * @param wanted whether anybody wants to know, asked before each look
     * @param listener told, on the discovery thread, whenever it changes, which replicas are further behind
     */
    public void watchReplicas(Duration most, BooleanSupplier wanted, Consumer<Set<HostPort>> listener) {
        ReplicaLag watch = new ReplicaLag(most, listener);
        lag = watch;
        ReplicaWatch questions = new ReplicaWatch(watch, healths, wanted);
        thread.every(LAG_INTERVAL, () -> questions.look(table.current(), prober()));
    }

    /**
     * Sees to it from now on that every node has executed these commands, with at most a second's delay.
     *
     * @param commands of different names; what they do must not change if they are repeated
     */
    public StandingCommands keep(List<StandingCommand> commands) {
        List<StandingCommand> all = List.copyOf(commands);
        StandingCommands standing = new StandingCommands(
                address -> prober().talk(address, connection -> connection.errors(all)), thread::execute,
                System::nanoTime);
        table.subscribe(map -> thread.execute(() -> standing.follow(map)));
        thread.execute(() -> standing.follow(table.current()));
        thread.every(STANDING_INTERVAL, () -> standing.follow(table.current()));
        return standing;
    }

    /** From now on a replica may be so far behind its primary and still be read from. */
    public void mostLag(Duration most) {
        thread.execute(() -> {
            if (lag != null) {
                lag.most(most);
            }
        });
    }

    /**
     * Tells a replica to take its primary's place, and has the nodes asked soon after.
     *
     * @return completes, on the discovery thread, when the replica has accepted; fails with what it or the network said
     */
    public CompletableFuture<Void> failover(HostPort replica, FailoverMode mode) {
        List<String> words = new ArrayList<>(List.of("CLUSTER", "FAILOVER"));
        if (mode != FailoverMode.GRACEFUL) {
            words.add(mode.name());
        }
        StandingCommand command = new StandingCommand("failover", words);
        CompletableFuture<Void> outcome = new CompletableFuture<>();
        thread.execute(() -> prober().talk(replica, connection -> connection.errors(List.of(command)))
                .whenComplete((errors, failure) -> {
                    String refusal = errors == null ? null : errors.get(command.name());
                    if (failure != null) {
                        outcome.completeExceptionally(NodeProber.rootOf(failure));
                    } else if (refusal != null) {
                        outcome.completeExceptionally(new IOException(refusal));
                    } else {
                        outcome.complete(null);
                        requestRefresh("failover");
                    }
                }));
        return outcome;
    }

    /** Runs {@code task} on the discovery thread, where it may take a moment; nothing once closed. */
    public void later(Runnable task) {
        thread.execute(task);
    }

    /** Runs {@code task} on the discovery thread again and again, with this pause in between. */
    public void every(Duration pause, Runnable task) {
        thread.every(pause, task);
    }

    /** How each node was when it was last asked, by its address in the slot map. */
    public Map<HostPort, NodeHealth> nodeHealth() {
        return healths.snapshot();
    }

    private void refresh() {
        requested.set(false);
        round++;
        thread.refreshWithin(pace.regular());
        SlotMap map = table.current();
        outcome.onRefresh(map);
        int width = map.nodes().isEmpty() ? access.seeds().size() : settings.probedNodes();
        new Refresh(round, plan.nextRefresh(map), prober(), outcome).start(width);
        Set<HostPort> kept = new HashSet<>(plan.askedSince(round - KEEP_CONNECTION_ROUNDS));
        kept.addAll(probed);
        if (lag != null) {
            map.shards().forEach(shard -> kept.add(shard.primary().address()));
        }
        Objects.requireNonNull(connections).retain(kept);
    }

    /** Made on the discovery thread, because loading Lettuce takes its time. */
    private NodeProber prober() {
        NodeProber made = prober;
        if (made == null) {
            connections = new NodeConnections(access);
            made = new NodeProber(connections, thread.executor(), access);
            prober = made;
        }
        return made;
    }
}
