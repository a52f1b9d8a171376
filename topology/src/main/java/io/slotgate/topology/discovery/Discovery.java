package io.slotgate.topology.discovery;

import io.lettuce.core.RedisCommandExecutionException;
import io.slotgate.topology.model.Health;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Node;
import io.slotgate.topology.model.Observation;
import io.slotgate.topology.model.Observation.ClusterView;
import io.slotgate.topology.model.Observation.NodeLost;
import io.slotgate.topology.model.Observation.Redirect;
import io.slotgate.topology.model.SlotMap;
import io.slotgate.topology.table.TopologyTable;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
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

    private final ClusterAccess access;
    private final DiscoverySettings settings;
    private final TopologyTable table;
    private final DiscoveryThread thread;
    private final RefreshPace pace;
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicBoolean requested = new AtomicBoolean();
    private final CompletableFuture<SlotMap> firstMap = new CompletableFuture<>();

    // of the discovery thread
    private final ProbePlan plan;
    private final Set<HostPort> failing = new HashSet<>();
    private @Nullable NodeConnections connections;
    private @Nullable NodeProber prober;
    private long round;
    private int failures;
    private int unwellRefreshes;

    /** Does nothing until started. */
    public Discovery(ClusterAccess access, DiscoverySettings settings, TopologyTable table) {
        this.access = access;
        this.settings = settings;
        this.table = table;
        this.pace = new RefreshPace(settings, new Random());
        this.plan = new ProbePlan(access.seeds());
        this.thread = new DiscoveryThread(this::refresh);
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
        if (isKnown(observation)) {
            return;
        }
        thread.execute(() -> {
            table.observe(observation);
            switch (observation) {
                case Redirect redirect -> plan.news(redirect.owner());
                case NodeLost lost -> plan.news(lost.address());
                case ClusterView view -> {
                    // tells all there is to know
                }
            }
            requestRefresh(observation.getClass().getSimpleName());
        });
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

    private <T> CompletableFuture<T> askAnyone(Function<NodeConnection, CompletableFuture<T>> question) {
        CompletableFuture<T> reply = new CompletableFuture<>();
        firstMap.whenComplete((map, closed) -> {
            if (closed != null) {
                reply.completeExceptionally(closed);
            }
        });
        thread.execute(() -> askAnyone(question, new ArrayDeque<>(plan.addresses(table.current())), reply));
        return reply;
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

    private <T> void askAnyone(Function<NodeConnection, CompletableFuture<T>> question, Queue<HostPort> candidates,
            CompletableFuture<T> reply) {
        HostPort address = candidates.remove();
        prober().<T>talk(address, question).whenComplete((answer, failure) -> {
            if (failure == null) {
                reply.complete(answer);
            } else if (candidates.isEmpty()) {
                reply.completeExceptionally(failure);
            } else {
                askAnyone(question, candidates, reply);
            }
        });
    }

    private boolean isKnown(Observation observation) {
        SlotMap map = table.current();
        return switch (observation) {
            case Redirect redirect -> {
                Node owner = map.primary(redirect.slot());
                yield owner != null && owner.equals(map.node(redirect.owner()));
            }
            case NodeLost lost -> {
                Node node = map.node(lost.address());
                yield node != null && (node.health() == Health.SUSPECTED || node.health() == Health.FAILED);
            }
            case ClusterView view -> false;
        };
    }

    private void refresh() {
        requested.set(false);
        round++;
        thread.refreshWithin(pace.regular());
        SlotMap map = table.current();
        unwellRefreshes = RefreshPace.isWell(map) ? 0 : unwellRefreshes + 1;
        int width = map.nodes().isEmpty() ? access.seeds().size() : settings.probedNodes();
        new Refresh(round, plan.nextRefresh(map), prober(), new Outcome()).start(width);
        Objects.requireNonNull(connections).retain(plan.askedSince(round - KEEP_CONNECTION_ROUNDS));
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

    /** What is at the bottom of a failure: Lettuce wraps what a node answered into "unable to connect". */
    private static Throwable rootOf(Throwable failure) {
        Throwable root = failure;
        for (Throwable cause = root.getCause(); cause != null; cause = cause.getCause()) {
            root = cause;
        }
        return root;
    }

    private final class Outcome implements Refresh.Outcome {
        @Override
        public void onAsked(HostPort address, long askedIn) {
            plan.asked(address, askedIn);
        }

        @Override
        public void onView(HostPort address, ClusterView view) {
            if (failing.remove(address)) {
                log.atInfo().addKeyValue("node", address).log("Node answers again");
            }
            table.observe(view);
            SlotMap map = table.current();
            if (map.coveredSlots() == 0) {
                onNobody(1);
                return;
            }
            failures = 0;
            firstMap.complete(map);
            if (plan.hasStrangers(map)) {
                thread.refreshWithin(pace.gap());
            } else if (!RefreshPace.isWell(map)) {
                thread.refreshWithin(pace.unwell(unwellRefreshes));
            }
        }

        @Override
        public void onFailure(HostPort address, Throwable failure) {
            Throwable root = rootOf(failure);
            // A node that answers with an error is there.
            if (!(root instanceof RedisCommandExecutionException)) {
                table.observe(new NodeLost(address));
            }
            (failing.add(address) ? log.atWarn() : log.atDebug())
                    .addKeyValue("node", address).addKeyValue("reason", root.toString()).log("Node does not answer");
        }

        @Override
        public void onNobody(int asked) {
            failures++;
            log.atDebug().addKeyValue("asked", asked).addKeyValue("failures", failures)
                    .log("No node knows the cluster");
            thread.refreshIn(pace.afterFailures(failures));
        }
    }
}
