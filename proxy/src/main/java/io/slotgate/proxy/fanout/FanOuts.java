package io.slotgate.proxy.fanout;

import io.slotgate.proxy.upstream.Pending;
import io.slotgate.proxy.worker.Worker;
import java.util.ArrayDeque;

/** The fan-outs of one worker, used again and again. */
final class FanOuts {
    private static final int MOST_FREE = 1024;

    private final Worker worker;
    private final Splitter splitter;
    private final long largestMerge;
    private final ArrayDeque<FanOut> free = new ArrayDeque<>();

    FanOuts(Worker worker, Splitter splitter, long largestMerge) {
        this.worker = worker;
        this.splitter = splitter;
        this.largestMerge = Math.min(largestMerge, Integer.MAX_VALUE / 2);
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

    Splitter splitter() {
        return splitter;
    }

    /** Most bytes that replies to be merged may have together. */
    long largestMerge() {
        return largestMerge;
    }
}
