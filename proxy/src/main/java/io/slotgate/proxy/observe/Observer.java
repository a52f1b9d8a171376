package io.slotgate.proxy.observe;

import io.slotgate.proxy.command.CommandSpec;
import io.slotgate.proxy.resp.RequestFrame;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one worker sees of the commands that pass: how many of each and how long they took, where they go, and which were slow. A
 * command costs some additions, and no memory once its name was seen. Confined to its worker.
 *
 * <pre>
 *   arrives ── sees ──> node ── replied ──> answered
 *      └ slots, keys       └ its time          └ count, time, error
 * </pre>
 */
public final class Observer {
    private final LoopClock clock;
    private final CommandRecords commands = new CommandRecords();
    private final SlowLog slowLog;
    private long slowNanos;
    private final Heat heat;
    /** Slow commands that may still be logged before {@link #age} is called next. */
    private int slowLeft;
    private final @Nullable Traces traces;
    private boolean tracesSlow;
    /** Commands until one is chosen by chance. */
    private int untilTrace;
    private long random = System.nanoTime() | 1;

    /**
     * @param slowLog that of the whole proxy
     * @param sampled one of how many commands has its keys looked at, 1 or more; 0: slots and keys are not counted
     */
    public Observer(SlowLog slowLog, int sampled) {
        this(slowLog, sampled, null);
    }

    /**
     * As above.
     *
     * @param traces where commands go that a collector is to be told of; null: nowhere
     */
    public Observer(SlowLog slowLog, int sampled, @Nullable Traces traces) {
        this(slowLog, sampled, traces, new LoopClock());
    }

    Observer(SlowLog slowLog, int sampled, @Nullable Traces traces, LoopClock clock) {
        this.clock = clock;
        this.slowLog = slowLog;
        this.slowNanos = slowLog.thresholdNanos();
        this.heat = new Heat(sampled, System.nanoTime());
        this.slowLeft = slowLog.most();
        this.traces = traces;
        this.tracesSlow = traces != null && traces.slow();
        drawTrace();
    }

    /** So that no rhythm of the clients can hide any. */
    private void drawTrace() {
        int oneIn = traces == null ? 0 : traces.oneIn();
        random ^= random << 13;
        random ^= random >>> 7;
        random ^= random << 17;
        untilTrace = oneIn == 0 ? Integer.MAX_VALUE : 1 + (int) ((random >>> 33) % (2L * oneIn - 1));
    }

    /** The time on the worker's loop. */
    public LoopClock clock() {
        return clock;
    }

    /** Where commands go that a collector is to be told of; null: nowhere. */
    public @Nullable Traces traces() {
        return traces;
    }

    /**
     * Takes up what was changed of the slow log and the traces.
     *
     * @param sampled as at first
     */
    public void follow(int sampled) {
        slowNanos = slowLog.thresholdNanos();
        slowLeft = Math.min(slowLeft, slowLog.most());
        tracesSlow = traces != null && traces.slow();
        drawTrace();
        heat.sample(sampled, System.nanoTime());
    }

    /** The slow log of the whole proxy. */
    public SlowLog slowLog() {
        return slowLog;
    }

    // ---- on the way of a command

    /** A command of a client has come and will be sent or answered. */
    public void sees(CommandSpec spec, RequestFrame frame) {
        if (heat.isDue(frame.size())) {
            heat.look(spec, frame, System.currentTimeMillis());
        }
    }

    /**
     * A node has answered.
     *
     * @param sentAt when the command was sent, {@link LoopClock#now}; 0 if that tells nothing, as of a command that blocks
     */
    public void replied(CommandSpec spec, long sentAt) {
        if (sentAt != 0) {
            commands.of(spec).upstream.record(clock.now() - sentAt);
        }
    }

    /** Whether a command, read at {@code since}, is to be told to a collector; to be asked once. */
    public boolean isTraced(long since) {
        return --untilTrace <= 0 || (tracesSlow && isSlow(since));
    }

    /**
     * Tells of a command that {@link #isTraced}.
     *
     * @param node that answered; null if none did
     */
    public void trace(CommandSpec spec, int slot, @Nullable String node, long since, long sentAt, boolean error) {
        if (untilTrace <= 0) {
            drawTrace();
        }
        if (traces != null && since != 0) {
            traces.add(new CommandTrace(spec.name(), slot, node, System.currentTimeMillis(), clock.now() - since,
                    sentAt == 0 ? 0 : clock.now() - sentAt, error));
        }
    }

    /** As {@link #trace}, if it {@link #isTraced}, of a command that no node answered. */
    public void traceUnanswered(CommandSpec spec, int slot, long since, boolean error) {
        if (isTraced(since)) {
            trace(spec, slot, null, since, 0, error);
        }
    }

    /** Whether a reply of so many bytes makes its command's key a big one. */
    public static boolean isBig(long bytes) {
        return bytes >= Heat.BIG;
    }

    /** A command, or a reply to it, is {@linkplain #isBig big}. */
    public void big(CommandSpec spec, RequestFrame frame, long bytes) {
        heat.big(spec, frame, bytes, System.currentTimeMillis());
    }

    /**
     * A reply was handed to its client.
     *
     * @param since when the command was read, {@link LoopClock#now}; 0 if it blocks
     * @return whether it was slow
     */
    public boolean answered(CommandSpec spec, long since, boolean error) {
        CommandRecords.Entry entry = commands.of(spec);
        entry.calls++;
        if (error) {
            entry.errors++;
        }
        if (since == 0) {
            return false;
        }
        long nanos = clock.now() - since;
        entry.total.record(nanos);
        return nanos >= slowNanos;
    }

    /** Of a command that was {@link #answered} with an error: nobody knows whether it was executed. */
    public void uncertain(CommandSpec spec) {
        commands.of(spec).uncertain++;
    }

    /** A command was answered here, at once. */
    public void own(CommandSpec spec, boolean error) {
        CommandRecords.Entry entry = commands.of(spec);
        entry.calls++;
        if (error) {
            entry.errors++;
            entry.refused++;
        }
        entry.total.record(0);
    }

    /** A command was taken whose answer tells nothing of how long it took. */
    public void taken(CommandSpec spec) {
        commands.of(spec).calls++;
    }

    // ---- slow commands

    /** Whether a command that was read then, {@link LoopClock#now}, counts as slow by now; never if that is 0. */
    public boolean isSlow(long since) {
        return since != 0 && clock.now() - since >= slowNanos;
    }

    /**
     * Keeps a slow command, unless too many were slow at once.
     *
     * @param frame its arguments; null if they are not kept
     * @param client address and port of its client
     */
    public void slow(CommandSpec spec, @Nullable RequestFrame frame, long since, String client, String clientName) {
        if (slowLeft > 0) {
            slowLeft--;
            slowLog.add(System.currentTimeMillis(), (clock.now() - since) / 1000,
                    frame == null ? ClippedArguments.ofName(spec) : ClippedArguments.of(spec, frame), client,
                    clientName);
        }
    }

    // ---- the cold path

    /** To be called some times a second. */
    public void age(long now, long nowMillis) {
        slowLeft = slowLog.most();
        heat.age(now, nowMillis);
    }

    /** What was seen of each command that was used. */
    public List<CommandFigures> commands() {
        return commands.snapshot();
    }

    /** What was seen of slots and keys. */
    public WorkerHeat heat() {
        return heat.snapshot(System.nanoTime());
    }
}
