package io.slotgate.proxy.server;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.slotgate.proxy.config.LiveSettings;
import io.slotgate.proxy.metrics.MetricSource;
import io.slotgate.proxy.observe.Observer;
import io.slotgate.proxy.route.RouteTable;
import io.slotgate.proxy.script.Scripts;
import io.slotgate.proxy.session.Parting;
import io.slotgate.proxy.upstream.ChannelReport;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.SlotMap;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All workers of a proxy as one: their event loops from the beginning, and what runs on them from {@link #make} on. Any thread may call;
 * {@link #awaitChannels}, {@link #close} and {@link #endLoops} wait, and nothing else does.
 */
final class Workers {
    private static final Logger log = LoggerFactory.getLogger(Workers.class);
    private static final long CLOSE_SECONDS = 10;

    private final EventLoopGroup group;
    private final List<EventLoop> loops;
    private volatile List<WorkerUnit> units = List.of();

    /** Puts one worker together; {@code first} is the worker that was made first, null if this one is. */
    interface Maker {
        WorkerUnit make(EventLoop loop, @Nullable WorkerUnit first);
    }

    /** @param group is ended by {@link #endLoops} */
    Workers(EventLoopGroup group) {
        this.group = group;
        List<EventLoop> all = new ArrayList<>();
        group.forEach(executor -> all.add((EventLoop) executor));
        this.loops = List.copyOf(all);
    }

    /** One for each worker. */
    List<EventLoop> loops() {
        return loops;
    }

    /** Puts all workers together, before the first connection comes. */
    void make(Maker maker) {
        List<WorkerUnit> made = new ArrayList<>();
        for (EventLoop loop : loops) {
            made.add(maker.make(loop, made.isEmpty() ? null : made.getFirst()));
        }
        units = List.copyOf(made);
        Scripts.share(made.stream().map(unit -> unit.sessions().scripts()).toList());
    }

    /**
     * The worker whose event loop this is. Event loops may call.
     *
     * @throws IllegalStateException if there is none
     */
    WorkerUnit of(EventLoop loop) {
        for (WorkerUnit unit : units) {
            if (unit.loop() == loop) {
                return unit;
            }
        }
        throw new IllegalStateException("no worker has this event loop: " + loop);
    }

    /** Completes when every worker follows the map. */
    CompletableFuture<Void> follow(SlotMap map) {
        return all(units.stream().map(unit -> unit.follow(map)));
    }

    /** Waits, at most so long, until every worker has a channel to each primary: a node that is down must not keep us from serving. */
    void awaitChannels(Duration most) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + most.toNanos();
        for (WorkerUnit unit : units) {
            while (System.nanoTime() < deadline && !connected(unit)) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
        }
    }

    private static boolean connected(WorkerUnit unit) throws IOException, InterruptedException {
        try {
            return unit.connected().get();
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
    }

    /** As {@link WorkerUnit#follow(RouteTable)}. */
    void follow(RouteTable learned) {
        units.forEach(unit -> unit.follow(learned));
    }

    /** As {@link WorkerUnit#cutSilent}. */
    void cutSilent(HostPort node, long since) {
        units.forEach(unit -> unit.cutSilent(node, since));
    }

    /** Whether a session has read from replicas; soon true after the first has. */
    boolean readReplicas() {
        return units.stream().anyMatch(WorkerUnit::readsReplicas);
    }

    /** Says which replicas must not be read from because they are too far behind. */
    void behind(Set<HostPort> replicas) {
        units.forEach(unit -> unit.behind(replicas));
    }

    /** From now on these settings hold. */
    void apply(LiveSettings settings) {
        units.forEach(unit -> unit.apply(settings));
    }

    /** As {@link WorkerUnit#drain}. */
    void drain(Parting how, long idleMillis) {
        units.forEach(unit -> unit.drain(how, idleMillis));
    }

    /** As {@link WorkerUnit#stay}. */
    void stay() {
        units.forEach(WorkerUnit::stay);
    }

    /** The channels of each worker, in the order of the workers. Never completes if a worker ends before. */
    List<CompletableFuture<List<ChannelReport>>> channels() {
        return units.stream().map(WorkerUnit::channels).toList();
    }

    /** What each worker's observer says. Never completes if a worker ends before. */
    <T> List<CompletableFuture<T>> seen(Function<Observer, T> question) {
        return units.stream().map(unit -> unit.seen(question)).toList();
    }

    /** The figures of each worker and its gate, in the order of the workers. */
    List<MetricSource> metrics(Listeners listeners) {
        List<WorkerUnit> all = units;
        List<MetricSource> sources = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            WorkerUnit unit = all.get(i);
            int index = i;
            sources.add(() -> unit.counters(() -> listeners.gate(index)));
        }
        return sources;
    }

    /** Closes sessions and channels; returns when they are closed, or after some seconds. */
    void close() {
        try {
            all(units.stream().map(WorkerUnit::close)).get(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            log.atWarn().setCause(e).log("Not all workers closed cleanly");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the event loops, after {@link #close}; returns when they have ended, or after some seconds. */
    void endLoops() {
        // Without a quiet period a loop may end before its channels have closed.
        group.shutdownGracefully(10, CLOSE_SECONDS * 1000, TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(CLOSE_SECONDS * 1000);
    }

    private static CompletableFuture<Void> all(Stream<CompletableFuture<Void>> each) {
        return CompletableFuture.allOf(each.toArray(CompletableFuture[]::new));
    }
}
