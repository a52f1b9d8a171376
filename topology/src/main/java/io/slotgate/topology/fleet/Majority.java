package io.slotgate.topology.fleet;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether most of the fleet's voters can be reached. For one thread, but for {@link #isLost}. */
final class Majority {
    private static final Logger log = LoggerFactory.getLogger(Majority.class);

    private final List<String> voters;
    private final FleetListener listener;
    private volatile boolean lost;
    private boolean told;
    private int there;

    /** @param voters names of members; empty: there is nothing to lose */
    Majority(List<String> voters, FleetListener listener) {
        this.voters = List.copyOf(voters);
        this.listener = listener;
        this.lost = !voters.isEmpty();
    }

    /** Until the fleet is joined, too, where there are voters. Any thread. */
    boolean isLost() {
        return lost;
    }

    /** @param names members that are there, ourselves included */
    void onMembers(List<String> names) {
        there = (int) names.stream().filter(voters::contains).count();
        lost = !voters.isEmpty() && 2 * there <= voters.size();
    }

    /** Tells the listener and the log, if it is another matter than when it was told last. */
    void tell() {
        if (lost != told) {
            told = lost;
            (told ? log.atWarn() : log.atInfo()).addKeyValue("reachable", there).addKeyValue("voters", voters.size())
                    .log(told
                            ? "Cut off from the majority of the fleet's voters: settings stay as they are"
                            : "The majority of the fleet's voters is there again");
            listener.cutOff(told, there, voters.size());
        }
    }
}
