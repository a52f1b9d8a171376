package io.slotgate.proxy.server;

import io.slotgate.proxy.observe.CommandFigures;
import io.slotgate.proxy.observe.HeatFigures;
import io.slotgate.proxy.observe.Observer;
import io.slotgate.proxy.observe.SlowCommand;
import io.slotgate.proxy.observe.SlowLog;
import io.slotgate.proxy.observe.Traces;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What this proxy saw of the commands that passed, of all its workers. Any thread; futures complete on threads of their own, and never if a worker
 * ends before.
 */
public final class Seen {
    private final Workers workers;
    private final SlowLog slowLog;
    private final @Nullable Traces traces;

    Seen(Workers workers, SlowLog slowLog, @Nullable Traces traces) {
        this.workers = workers;
        this.traces = traces;
        this.slowLog = slowLog;
    }

    /** What was seen of each command that was used since the start, by name. */
    public CompletableFuture<List<CommandFigures>> commands() {
        return ofAll(Observer::commands, CommandFigures::merge);
    }

    /** Which slots, hot keys and big keys the commands were about. */
    public CompletableFuture<HeatFigures> heat() {
        return ofAll(Observer::heat, HeatFigures::merge);
    }

    /** The last commands that took long here, the newest first. */
    public List<SlowCommand> slowCommands() {
        return slowLog.entries();
    }

    /** Commands chosen to be told to a collector; null if none is configured. */
    public @Nullable Traces traces() {
        return traces;
    }

    /** Forgets the slow commands. */
    public void resetSlowCommands() {
        slowLog.reset();
    }

    private <T, R> CompletableFuture<R> ofAll(Function<Observer, T> each, Function<List<T>, R> merge) {
        List<CompletableFuture<T>> asked = workers.seen(each);
        return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
                // Not on the worker that was the last to answer: it has clients to serve.
                .thenApplyAsync(all -> merge.apply(asked.stream().map(CompletableFuture::join).toList()),
                        Thread::startVirtualThread);
    }
}
