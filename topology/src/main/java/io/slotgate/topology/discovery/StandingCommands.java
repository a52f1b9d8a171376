package io.slotgate.topology.discovery;

import io.slotgate.topology.model.Health;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Node;
import io.slotgate.topology.model.SlotMap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the same commands executed by every node, primary and replica: when it is first seen, when it is back after it was
 * unwell, when somebody finds that it has forgotten them, and once a minute, for others may tell it otherwise. The commands must do no harm when repeated. One run at a node
 * at a time, one result remembered for each node of the slot map.
 */
public final class StandingCommands {
    private static final Logger log = LoggerFactory.getLogger(StandingCommands.class);
    /** What a node refuses it may not refuse for ever: permissions are given late. */
    private static final long REFUSED_PAUSE_NANOS = Duration.ofSeconds(30).toNanos();
    /** Of proxies that are replaced by ones with other settings, the last one to go may have been the last to speak. */
    private static final long REPEAT_NANOS = Duration.ofMinutes(1).toNanos();

    private final Function<HostPort, CompletableFuture<Map<String, String>>> runner;
    private final Executor thread;
    private final LongSupplier clock;

    // of the discovery thread
    private final Map<HostPort, CompletableFuture<Void>> underWay = new HashMap<>();
    private final Map<HostPort, Long> done = new HashMap<>();
    private final Map<HostPort, Refused> refused = new HashMap<>();
    private SlotMap map = SlotMap.empty();

    private volatile Map<String, String> refusals = Map.of();

    /** What a node has refused, and when. */
    private record Refused(Map<String, String> errors, long at) {}

    /**
     * @param runner has a node execute all the commands; completes, on the discovery thread, with the errors of those it
     *        refused by their names, and fails if it did not answer
     * @param thread the discovery thread
     * @param clock nanoseconds, as {@link System#nanoTime}
     */
    StandingCommands(Function<HostPort, CompletableFuture<Map<String, String>>> runner, Executor thread,
            LongSupplier clock) {
        this.runner = runner;
        this.thread = thread;
        this.clock = clock;
    }

    /** The error with which a node has last refused the command of this name; null if none does. Any thread. */
    public @Nullable String refusal(String name) {
        return refusals.get(name);
    }

    /**
     * Has the node execute the commands once more, as it seems to have forgotten. Any thread.
     *
     * @return completes, on the discovery thread, when the node has answered or is given up
     */
    public CompletableFuture<Void> again(HostPort address) {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        thread.execute(() -> {
            Node node = map.node(address);
            run(node == null ? address : node.address()).thenRun(() -> ended.complete(null));
        });
        return ended;
    }

    /**
     * Waits for nodes that have not executed the commands yet. Any thread.
     *
     * @return completes, on the discovery thread, when each node that is well has answered or is given up
     */
    public CompletableFuture<Void> everywhere() {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        thread.execute(() -> {
            follow(map);
            CompletableFuture.allOf(underWay.values().toArray(CompletableFuture[]::new))
                    .thenRun(() -> ended.complete(null));
        });
        return ended;
    }

    /** The cluster is, or still is, like this: nodes that lack the commands get them. On the discovery thread. */
    void follow(SlotMap current) {
        map = current;
        Set<HostPort> present = new HashSet<>();
        for (Node node : current.nodes()) {
            present.add(node.address());
            if (!isWell(node)) {
                // It may be another process, with nothing in its memory, that comes back.
                done.remove(node.address());
            } else if (isDue(node.address())) {
                run(node.address());
            }
        }
        done.keySet().retainAll(present);
        if (refused.keySet().retainAll(present)) {
            tell();
        }
    }

    private static boolean isWell(Node node) {
        return node.health() != Health.SUSPECTED && node.health() != Health.FAILED;
    }

    private boolean isDue(HostPort address) {
        long now = clock.getAsLong();
        Long executed = done.get(address);
        Refused last = refused.get(address);
        return !underWay.containsKey(address)
                && (executed == null || now - executed >= REPEAT_NANOS)
                && (last == null || now - last.at() >= REFUSED_PAUSE_NANOS);
    }

    private CompletableFuture<Void> run(HostPort address) {
        CompletableFuture<Void> running = underWay.get(address);
        if (running != null) {
            return running;
        }
        CompletableFuture<Void> ended = new CompletableFuture<>();
        underWay.put(address, ended);
        runner.apply(address).whenComplete((errors, failure) -> {
            underWay.remove(address);
            if (failure != null) {
                done.remove(address);
                log.atDebug().addKeyValue("node", address).addKeyValue("reason", failure.toString())
                        .log("Node was not told its standing commands");
            } else {
                onAnswer(address, errors);
            }
            ended.complete(null);
        });
        return ended;
    }

    private void onAnswer(HostPort address, Map<String, String> errors) {
        if (errors.isEmpty()) {
            Node node = map.node(address);
            if (node == null || isWell(node)) {
                done.put(address, clock.getAsLong());
            }
            refused.remove(address);
        } else {
            done.remove(address);
            refused.put(address, new Refused(Map.copyOf(errors), clock.getAsLong()));
        }
        tell();
    }

    /** A command counts as refused while one node refuses it. */
    private void tell() {
        Map<String, String> before = refusals;
        Map<String, String> now = new HashMap<>();
        refused.forEach((address, last) -> last.errors().forEach((name, error) -> {
            if (now.putIfAbsent(name, error) == null && !before.containsKey(name)) {
                log.atWarn().addKeyValue("node", address).addKeyValue("name", name)
                        .log("A node refuses what it has to be told: {}", error);
            }
        }));
        List<String> accepted = new ArrayList<>(before.keySet());
        accepted.removeAll(now.keySet());
        accepted.forEach(name -> log.atInfo().addKeyValue("name", name).log("Nodes accept what they refused before"));
        refusals = Map.copyOf(now);
    }
}
