package io.slotgate.proxy.clients;

import io.netty.util.concurrent.ScheduledFuture;
import io.slotgate.proxy.command.CommandSpec;
import io.slotgate.proxy.worker.Worker;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * CLIENT PAUSE on one worker: while it lasts, commands are left unread. Confined to the worker's event loop.
 *
 * @see <a href="https://valkey.io/commands/client-pause/">CLIENT PAUSE</a>
 */
public final class CommandPause {
    /** What servers hold back beside writes, as it is told to replicas; of a transaction nobody knows here what is in it. */
    private static final Set<String> MAY_REPLICATE = Set.of("eval", "evalsha", "fcall", "pfcount", "publish",
            "spublish", "exec");

    /** A hundred years: what is longer does not fit a clock of nanoseconds. */
    private static final long LONGEST_MILLIS = TimeUnit.DAYS.toMillis(36_500);

    private final Worker worker;
    private boolean active;
    private boolean writesOnly;
    private long end;
    /** Ends the pause; there is never more than this one. */
    private @Nullable ScheduledFuture<?> timer;
    private final Set<Client> held = new LinkedHashSet<>();

    CommandPause(Worker worker) {
        this.worker = worker;
    }

    /** Whether some commands have to wait now. */
    public boolean active() {
        return active;
    }

    /** Whether a command has to wait now. */
    public boolean holds(CommandSpec spec) {
        return active && (!writesOnly || spec.write() || MAY_REPLICATE.contains(spec.name()));
    }

    /** Whether a transaction has to wait now. */
    public boolean holdsTransaction(boolean writes) {
        return active && (!writesOnly || writes);
    }

    /** A client whose next command has to wait: it is {@linkplain Client#released released} when the pause ends. */
    public void hold(Client client) {
        held.add(client);
    }

    void forget(Client client) {
        held.remove(client);
    }

    /**
     * Takes the place of an earlier pause, which it makes longer but never shorter: as servers have it, the word of the last one
     * says what is held back, and the longest how long.
     */
    void begin(long millis, boolean onlyWrites) {
        long bounded = Math.min(millis, LONGEST_MILLIS);
        long until = worker.loop().ticker().nanoTime() + TimeUnit.MILLISECONDS.toNanos(bounded);
        writesOnly = onlyWrites;
        if (!active || until - end > 0) {
            active = true;
            end = until;
            stopTimer();
            timer = worker.loop().schedule(this::end, bounded, TimeUnit.MILLISECONDS);
        }
        // What the earlier one held back may go on under this one.
        letGo();
    }

    void end() {
        active = false;
        stopTimer();
        letGo();
    }

    private void stopTimer() {
        ScheduledFuture<?> running = timer;
        timer = null;
        if (running != null) {
            running.cancel(false);
        }
    }

    private void letGo() {
        List<Client> waiting = List.copyOf(held);
        held.clear();
        waiting.forEach(Client::released);
    }
}
