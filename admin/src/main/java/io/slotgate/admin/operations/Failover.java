package io.slotgate.admin.operations;

import io.slotgate.admin.http.FieldProblem;
import io.slotgate.admin.http.Refusal;
import io.slotgate.admin.view.ProxyView;
import io.slotgate.topology.discovery.FailoverMode;
import io.slotgate.topology.model.Health;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Node;
import io.slotgate.topology.model.NodeHealth;
import io.slotgate.topology.model.Shard;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Has a replica of a shard become its primary. */
public final class Failover implements Operations.Task {
    private static final long ANSWER_SECONDS = 5;
    private static final long CHANGE_SECONDS = 30;
    private static final long LOOK_MILLIS = 50;

    private final ProxyView proxy;
    private final Shard shard;
    private final Node replica;
    private final FailoverMode mode;

    /**
     * Chooses the replica and looks whether it can be done.
     *
     * @param to id of the replica; null: of those that are well the one that is least behind
     * @throws Refusal 404 if there is no such shard or replica, 409 if it can't be done as things are
     */
    public Failover(ProxyView proxy, String shardId, @Nullable String to, FailoverMode mode) {
        this.proxy = proxy;
        this.shard = find(proxy, shardId);
        this.mode = mode;
        this.replica = choose(shard, to, proxy.nodeHealth());
        if (mode == FailoverMode.GRACEFUL && shard.primary().health() != Health.UP) {
            throw new Refusal(409,
                    new FieldProblem("primary " + shard.primary().address(), word(shard.primary().health()),
                            "up, for it has to hand over; or mode force"));
        }
    }

    /** Id of the shard, by whichever name it was asked for. */
    public String shard() {
        return shard.id();
    }

    @Override
    public String before() {
        return "primary " + shard.primary().address();
    }

    static Shard find(ProxyView proxy, String id) {
        return proxy.slots().shards().stream()
                .filter(each -> each.id().equals(id) || each.primary().id().equals(id)).findFirst()
                .orElseThrow(() -> Refusal.missing("shard", id));
    }

    private static Node choose(Shard shard, @Nullable String to, Map<HostPort, NodeHealth> health) {
        List<Node> replicas = shard.replicas();
        if (to != null) {
            Node named = replicas.stream().filter(each -> each.id().equals(to) || each.address().toString().equals(to))
                    .findFirst().orElseThrow(() -> Refusal.missing("replica of shard " + shard.id() + ":", to));
            if (named.health() != Health.UP) {
                throw new Refusal(409, new FieldProblem("replica " + named.address(), word(named.health()), "up"));
            }
            return named;
        }
        return replicas.stream().filter(each -> each.health() == Health.UP)
                .min(Comparator.comparingLong(each -> behind(health.get(each.address())))).orElseThrow(
                        () -> new Refusal(409, "shard " + shard.id() + " has no replica that is up",
                                new FieldProblem("shard", shard.id(), "one that has a replica which is up")));
    }

    /** In bytes; of one of which that is not known, more than of any other. */
    private static long behind(@Nullable NodeHealth replica) {
        return replica == null || replica.lagBytes() < 0 ? Long.MAX_VALUE : replica.lagBytes();
    }

    private static String word(Health health) {
        return health.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String run(Consumer<String> progress) throws OperationFailedException, InterruptedException {
        long begun = System.nanoTime();
        progress.accept("asking " + replica.address() + " to take over from " + shard.primary().address());
        try {
            proxy.failover(replica.address(), mode).get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            throw new OperationFailedException(
                    replica.address() + ": " + (cause == null ? "no answer" : cause.getMessage()));
        } catch (TimeoutException e) {
            throw new OperationFailedException(
                    replica.address() + " did not answer in " + ANSWER_SECONDS + " s; it may take over all the same");
        }
        progress.accept("accepted; waiting for the cluster to agree");
        long deadline = begun + TimeUnit.SECONDS.toNanos(CHANGE_SECONDS);
        while (!tookOver()) {
            if (System.nanoTime() > deadline) {
                throw new OperationFailedException("still " + shard.primary().address() + " after " + CHANGE_SECONDS
                        + " s; the nodes' logs say why");
            }
            proxy.refresh("waiting for a failover");
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        return replica.address() + " is primary of shard " + shard.id() + " since "
                + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun) + " ms after it was asked for";
    }

    private boolean tookOver() {
        return proxy.slots().shards().stream().anyMatch(each -> each.primary().id().equals(replica.id()));
    }
}
