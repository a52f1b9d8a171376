package io.slotgate.it.history;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Whether counters add up: no INCR that was acknowledged is lost, none counts twice, and no two have the same answer. */
public final class CounterCheck {
    private CounterCheck() {}

    /**
     * @param history with INCRs, and maybe others, but no SETs of the same keys
     * @param finals what the counters were in the end; 0 if it is not there
     */
    public static List<String> problems(List<Operation> history, Map<String, Long> finals) {
        Map<String, Long> acknowledged = new HashMap<>();
        Map<String, Long> uncertain = new HashMap<>();
        Map<String, Set<String>> answers = new HashMap<>();
        List<String> problems = new ArrayList<>();
        for (Operation operation : history) {
            if (operation.kind() != Operation.Kind.INCR) {
                continue;
            }
            (operation.known() ? acknowledged : uncertain).merge(operation.key(), 1L, Long::sum);
            String answer = operation.value();
            if (answer != null
                    && !answers.computeIfAbsent(operation.key(), key -> new HashSet<>()).add(answer)) {
                problems.add(operation.key() + ": two INCRs were answered " + answer);
            }
        }
        finals.forEach((key, value) -> {
            long least = acknowledged.getOrDefault(key, 0L);
            long most = least + uncertain.getOrDefault(key, 0L);
            if (value < least || value > most) {
                problems.add(key + ": " + value + " in the end (expected: " + least + ".." + most + ")");
            }
        });
        return problems;
    }
}
