package io.slotgate.it.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Whether a subscriber got a channel's messages, which are numbered from 1, in their order and each once. Numbers that are
 * missing are counted, for they are allowed where a connection or a node was lost.
 */
public final class MessageCheck {
    private final List<String> problems = new ArrayList<>();
    private long missing;

    /**
     * @param channel for messages about it
     * @param received the numbers one subscriber got, in the order in which they came
     * @param last the last number that was published, all of them after the subscriber was confirmed; 0 for none
     * @param uncertain numbers of which it is not known whether they were published: they may come at any later time, or never
     */
    public void check(String channel, List<Long> received, long last, Set<Long> uncertain) {
        long before = 0;
        for (long number : received) {
            if (uncertain.contains(number)) {
                continue;
            }
            if (number <= before) {
                problems.add(channel + ": " + number + " after " + before);
            } else {
                missing += certain(before + 1, number - 1, uncertain);
                before = number;
            }
        }
        if (before > last) {
            problems.add(channel + ": " + before + " (expected: at most " + last + ")");
        }
        missing += certain(before + 1, last, uncertain);
    }

    private static long certain(long from, long to, Set<Long> uncertain) {
        return Math.max(0, to - from + 1) - uncertain.stream().filter(number -> from <= number && number <= to).count();
    }

    public List<String> problems() {
        return List.copyOf(problems);
    }

    /** Messages that did not come, over all that was checked. */
    public long missing() {
        return missing;
    }
}
