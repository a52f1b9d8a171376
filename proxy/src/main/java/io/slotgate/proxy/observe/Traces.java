package io.slotgate.proxy.observe;

import io.netty.util.internal.PlatformDependent;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.LongAdder;

/**
 * Commands that were chosen to be told to a collector of traces, of all workers, until somebody fetches them: at most
 * {@value #MOST}, further ones are lost and counted. Any number of threads may add, one may take; nobody waits.
 */
public final class Traces {
    /** Traces that wait. */
    public static final int MOST = 4096;

    private volatile int oneIn;
    private volatile boolean slow;
    private final Queue<CommandTrace> waiting = PlatformDependent.newFixedMpscQueue(MOST);
    private final LongAdder lost = new LongAdder();

    /**
     * @param oneIn one of how many commands is chosen by chance; 0: none
     * @param slow whether slow commands are
     */
    public Traces(int oneIn, boolean slow) {
        this.oneIn = oneIn;
        this.slow = slow;
    }

    /** From now on so many are chosen; as given at first. Workers follow when they are told to. */
    public void change(int newOneIn, boolean newSlow) {
        oneIn = newOneIn;
        slow = newSlow;
    }

    int oneIn() {
        return oneIn;
    }

    boolean slow() {
        return slow;
    }

    void add(CommandTrace trace) {
        if (!waiting.offer(trace)) {
            lost.increment();
        }
    }

    /** Takes what waits, at most {@code most}. */
    public List<CommandTrace> take(int most) {
        List<CommandTrace> taken = new ArrayList<>();
        while (taken.size() < most) {
            CommandTrace next = waiting.poll();
            if (next == null) {
                break;
            }
            taken.add(next);
        }
        return taken;
    }

    /** How many were lost, because nobody took those before in time. */
    public long lost() {
        return lost.sum();
    }
}
