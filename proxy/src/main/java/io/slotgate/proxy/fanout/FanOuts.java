package io.slotgate.proxy.fanout;

import io.slotgate.proxy.upstream.Pending;
import io.slotgate.proxy.worker.Worker;
import java.util.ArrayDeque;
import java.util.function.LongSupplier;

/** The fan-outs of one worker, used again and again. */
final class FanOuts {
    private static final int MOST_FREE = 1024;

    private final Worker worker;
    private final Splitter splitter;
    private final LongSupplier largestMerge;
    private final LongSupplier mostGathered;
    /** Bytes of replies that wait for other parts of their commands. */
    private long gathered;
    private final ArrayDeque<FanOut> free = new ArrayDeque<>();

    FanOuts(Worker worker, Splitter splitter, LongSupplier largestMerge, LongSupplier mostGathered) {
        this.worker = worker;
        this.splitter = splitter;
        this.largestMerge = largestMerge;
        this.mostGathered = mostGathered;
    }

    FanOut take(Pending whole, Merge merge) {
        FanOut fanOut = free.pollFirst();
        if (fanOut == null) {
            fanOut = new FanOut(this, worker);
        }
        fanOut.begin(whole, merge);
        return fanOut;
    }

    void give(FanOut fanOut) {
        if (free.size() < MOST_FREE && !fanOut.overgrown()) {
            free.addFirst(fanOut);
        }
    }

    /** Whether a reply of so many bytes can be kept beside those of all commands. */
    boolean hasRoomFor(long bytes) {
        return gathered + bytes <= mostGathered.getAsLong();
    }

    /** Counts bytes of replies in or, if negative, out. */
    void gathered(long change) {
        gathered += change;
    }

    Splitter splitter() {
        return splitter;
    }

    /** Most bytes that replies to be merged may have together. */
    long largestMerge() {
        return Math.min(largestMerge.getAsLong(), Integer.MAX_VALUE / 2);
    }
}
