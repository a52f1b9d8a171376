package io.slotgate.it;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/** What one connection of the load counts: when requests were sent, how long their answers took, errors by kind. One thread; {@link #requests} any. */
final class LoadFigures {
    private long[] sent = new long[1024];
    private long[] took = new long[1024];
    private int count;
    private final Map<String, Long> errors = new TreeMap<>();
    private long roundsWithErrors;
    private boolean errorInRound;
    private final AtomicLong requests = new AtomicLong();

    /** A request whose answer has to come at once, that is: not one that blocks. */
    void answered(long sentAt, long answeredAt) {
        if (count == sent.length) {
            sent = Arrays.copyOf(sent, 2 * count);
            took = Arrays.copyOf(took, 2 * count);
        }
        sent[count] = sentAt;
        took[count++] = answeredAt - sentAt;
        requests.incrementAndGet();
    }

    /** A request that may wait as long as it likes. */
    void answeredBlocking() {
        requests.incrementAndGet();
    }

    /** @param kind first word of the error and the command, such as {@code UNCERTAIN SET} */
    void error(String kind) {
        errors.merge(kind, 1L, Long::sum);
        roundsWithErrors += errorInRound ? 0 : 1;
        errorInRound = true;
    }

    /** What is sent from now on was not under way before. */
    void nextRound() {
        errorInRound = false;
    }

    /** In how many rounds, of commands that are under way at the same time, errors came. */
    long roundsWithErrors() {
        return roundsWithErrors;
    }

    long requests() {
        return requests.get();
    }

    Map<String, Long> errors() {
        return errors;
    }

    /** How long requests took that were sent from {@code from} on and before {@code to}. */
    long[] took(long from, long to) {
        long[] some = new long[count];
        int found = 0;
        for (int i = 0; i < count; i++) {
            if (sent[i] >= from && sent[i] < to) {
                some[found++] = took[i];
            }
        }
        return Arrays.copyOf(some, found);
    }
}
