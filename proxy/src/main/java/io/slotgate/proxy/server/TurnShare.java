package io.slotgate.proxy.server;

/**
 * How long the gate may work at the end of a turn: a share of the time that the turn took for everything else. So new
 * connections slow established ones down by that share however many there are, and take all the time there is when
 * nobody else wants it.
 */
final class TurnShare {
    private final double share;
    private boolean consecutive;
    private long ended;
    private long deadline;

    TurnShare(double share) {
        this.share = share;
    }

    /** The gate's part of a turn begins. */
    void begin(long now) {
        // After a pause the time since the last part says nothing: the loop may have slept.
        deadline = consecutive ? now + (long) ((now - ended) * share) : now;
    }

    boolean over(long now) {
        return now - deadline >= 0;
    }

    /**
     * The gate's part of a turn is over.
     *
     * @param more whether the gate works on at the end of the next turn
     */
    void end(long now, boolean more) {
        ended = now;
        consecutive = more;
    }
}
