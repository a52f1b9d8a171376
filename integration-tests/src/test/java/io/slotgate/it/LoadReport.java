package io.slotgate.it;

import io.slotgate.it.history.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What the mixed load met while something happened to the cluster.
 *
 * @param lasted how long it took, in nanoseconds
 * @param requests commands answered
 * @param errors errors, and connections lost, by kind
 * @param errorRounds most rounds, of commands that were under way at the same time, in which any one client met errors
 * @param longestBefore longest wait for an answer before it happened, in nanoseconds
 * @param longest the same from then on
 * @param p99Before 99th percentile of the times until answers before it happened, in nanoseconds
 * @param p99During the same while it happened
 * @param verdicts keys whose history is not in order
 * @param problems wrong replies, counters that don't add up, items lost or received twice
 * @param repeated messages that came again, or behind a later one
 * @param missing messages that subscribers did not get
 */
record LoadReport(long lasted, long requests, Map<String, Long> errors, long errorRounds, long longestBefore,
        long longest,
        long p99Before,
        long p99During, List<Verdict> verdicts, List<String> problems, List<String> repeated, long missing) {
    static final String HEAD = """
            | scenario | lasted | requests | errors | longest before | longest stall | p99 before | p99 during | keys not in order | undecided | messages missed | messages again |
            | --- | ---: | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
            """;

    /** Everything that is wrong whatever happened, and keys of which that could not be told. */
    List<String> violations() {
        List<String> violations = new ArrayList<>(problems);
        for (Verdict verdict : verdicts) {
            if (verdict instanceof Verdict.Violation || verdict instanceof Verdict.Undecided) {
                violations.add(verdict.toString());
            }
        }
        return violations;
    }

    /** Commands of one client's pipeline on one key that ran in another order than they were sent in. */
    List<String> outOfOrder() {
        return verdicts.stream().filter(Verdict.OutOfOrder.class::isInstance).map(Object::toString).toList();
    }

    private long undecided() {
        return verdicts.stream().filter(Verdict.Undecided.class::isInstance).count();
    }

    /** A row under {@link #HEAD}. */
    String row(String scenario) {
        return String.format(Locale.ROOT, "| %s | %.1f s | %,d | %s | %s | %s | %s | %s | %d | %d | %d | %d |%n",
                scenario, lasted / 1e9,
                requests,
                errors.isEmpty() ? "0" : errors, millis(longestBefore), millis(longest), millis(p99Before),
                millis(p99During), verdicts.size() - undecided(), undecided(), missing, repeated.size());
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, nanos < 10_000_000 ? "%.1f ms" : "%.0f ms", nanos / 1e6);
    }
}
