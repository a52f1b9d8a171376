package io.slotgate.proxy.upstream;

/**
 * Sees whether a node goes on answering what a channel sends, by looking at intervals: sending and answering cost nothing for it.
 * Times are those of {@link System#nanoTime}, no finer than the interval.
 */
final class AnswerWatch {
    private long answered = -1;
    private long heardAt;
    private long oldestSince;

    /**
     * Looks.
     *
     * @param nowAnswered how many commands have been answered so far
     * @param waiting how many have not
     * @return for how long the command that is next has been waiting, in nanoseconds; 0 if there is none
     */
    long look(long nowAnswered, int waiting, long now) {
        if (nowAnswered != answered) {
            answered = nowAnswered;
            heardAt = now;
            oldestSince = now;
        } else if (waiting == 0) {
            oldestSince = now;
        }
        return now - oldestSince;
    }

    /** Begins anew, on a new connection that the node has just accepted. */
    void reset(long now) {
        heardAt = now;
        oldestSince = now;
    }

    /** Forgets for how long nothing was answered. */
    void startAnew(long now) {
        oldestSince = now;
    }

    /** Whether, when it last looked, something had been answered since {@code time}. */
    boolean heardSince(long time) {
        return heardAt - time >= 0;
    }
}
