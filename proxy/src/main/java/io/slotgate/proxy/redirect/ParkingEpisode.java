package io.slotgate.proxy.redirect;

/**
 * The time from the first command that is parked to the moment in which none is any more: told when it is over. Confined to
 * its worker.
 */
final class ParkingEpisode {
    private TopologyFeedback feedback = TopologyFeedback.NONE;
    private long since;
    private long commands;
    private long expired;

    void tell(TopologyFeedback told) {
        feedback = told;
    }

    void parked(long now) {
        if (commands++ == 0) {
            since = now;
        }
    }

    void expired() {
        expired++;
    }

    /** No command is parked now. */
    void quiet() {
        if (commands > 0) {
            feedback.parked(since, commands, expired);
            commands = 0;
            expired = 0;
        }
    }
}
