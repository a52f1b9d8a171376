package io.slotgate.admin.metrics;

import io.slotgate.admin.view.ProxyView;
import io.slotgate.proxy.observe.ClassFigures;
import io.slotgate.proxy.observe.CommandClass;
import io.slotgate.proxy.observe.CommandFigures;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The last figures by class of commands that the workers gave. As with {@link WorkerFigures}, they are not asked again before they have
 * answered. Asked by one thread at a time, read by any.
 */
final class CommandClassFigures {
    private final ProxyView proxy;
    private volatile Map<CommandClass, ClassFigures> latest = Map.of();
    private @Nullable CompletableFuture<List<CommandFigures>> asked;

    CommandClassFigures(ProxyView proxy) {
        this.proxy = proxy;
    }

    void ask() {
        if (asked == null || asked.isDone()) {
            try {
                asked = proxy.commands();
            } catch (RejectedExecutionException stopped) {
                asked = CompletableFuture.failedFuture(stopped);
            }
        }
    }

    /**
     * Waits for the answer.
     *
     * @param deadline in terms of {@link System#nanoTime}
     */
    void await(long deadline) throws InterruptedException {
        if (asked == null) {
            return;
        }
        try {
            latest = ClassFigures.of(asked.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS));
        } catch (TimeoutException | ExecutionException e) {
            // The last stay.
        }
    }

    /** As of their last answer. */
    ClassFigures of(CommandClass commands) {
        return latest.getOrDefault(commands, ClassFigures.NONE);
    }
}
