package io.slotgate.topology.discovery;

import io.lettuce.core.RedisCommandExecutionException;
import io.slotgate.topology.model.HostPort;
import java.time.Duration;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Asks nodes with a deadline for the whole conversation, connecting included. A node that misses it, or answers
 * nonsense, loses its connection: nothing later on it could be trusted. Called on, and completing on, the discovery
 * thread.
 */
final class NodeProber {
    private final NodeConnections connections;
    private final ScheduledExecutorService thread;
    private final Duration deadline;
    private final Set<HostPort> underWay = new HashSet<>();

    NodeProber(NodeConnections connections, ScheduledExecutorService thread, ClusterAccess access) {
        this.connections = connections;
        this.thread = thread;
        this.deadline = access.connectTimeout().plus(access.commandTimeout());
    }

    /** Whether the node's answer to an earlier refresh is still awaited; it must not be asked again until then. */
    boolean isUnderWay(HostPort address) {
        return underWay.contains(address);
    }

    /** Asks for the node's view. */
    CompletableFuture<Probe.Answer> view(HostPort address, long round) {
        underWay.add(address);
        return talk(address, connection -> Probe.ask(connection, address, round))
                .whenComplete((view, failure) -> underWay.remove(address));
    }

    /** Whether the node answered, though with an error: then it is there, and others who ask it meanwhile keep the connection. */
    static boolean isAnswer(Throwable failure) {
        return rootOf(failure) instanceof RedisCommandExecutionException;
    }

    /** What is at the bottom of a failure: Lettuce wraps what a node answered into "unable to connect". */
    static Throwable rootOf(Throwable failure) {
        Throwable root = failure;
        for (Throwable cause = root.getCause(); cause != null; cause = cause.getCause()) {
            root = cause;
        }
        return root;
    }

    /** Has {@code conversation} with the first of the candidates, at least one, that takes part; fails as the last does. */
    <T> void talkToAny(Queue<HostPort> candidates, Function<NodeConnection, CompletableFuture<T>> conversation,
            CompletableFuture<T> answer) {
        this.<T>talk(candidates.remove(), conversation).whenComplete((reply, failure) -> {
            if (failure == null) {
                answer.complete(reply);
            } else if (candidates.isEmpty()) {
                answer.completeExceptionally(failure);
            } else {
                talkToAny(candidates, conversation, answer);
            }
        });
    }

    /** Has {@code conversation} with the node. */
    <T> CompletableFuture<T> talk(HostPort address, Function<NodeConnection, CompletableFuture<T>> conversation) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        CompletableFuture<NodeConnection> connection;
        try {
            connection = connections.to(address);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
        connection.thenCompose(conversation).whenCompleteAsync((reply, failure) -> {
            if (failure == null) {
                answer.complete(reply);
            } else {
                answer.completeExceptionally(failure);
            }
        }, thread);
        ScheduledFuture<?> timeout = thread.schedule(
                () -> answer.completeExceptionally(new TimeoutException("no answer within " + deadline)),
                deadline.toNanos(), TimeUnit.NANOSECONDS);
        return answer.whenComplete((reply, failure) -> {
            timeout.cancel(false);
            if (failure != null && !isAnswer(failure)) {
                connections.drop(address);
            }
        });
    }
}
