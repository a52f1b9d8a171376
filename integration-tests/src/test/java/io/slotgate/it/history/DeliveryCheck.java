package io.slotgate.it.history;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whether items that were pushed to lists were received exactly once, and in their order. An item is named
 * {@code <series>/<number>}; a series is pushed in the order of its numbers, to one list.
 *
 * @param acknowledged items whose RPUSH was answered
 * @param uncertain items of which it is not known whether they were pushed
 * @param received what each consumer got, in its order
 * @param uncertainPops pops of which it is not known whether, and what, they took
 * @param left what was in the lists in the end
 */
public record DeliveryCheck(Set<String> acknowledged, Set<String> uncertain, List<List<String>> received,
        long uncertainPops,
        List<String> left) {

    public List<String> problems() {
        List<String> problems = new ArrayList<>();
        Set<String> found = new HashSet<>();
        for (List<String> items : received) {
            items.forEach(item -> see(item, found, problems));
            checkOrder(items, problems);
        }
        left.forEach(item -> see(item, found, problems));
        List<String> lost = acknowledged.stream().filter(item -> !found.contains(item)).sorted().toList();
        if (lost.size() > uncertainPops) {
            problems.add("lost: " + lost + " (expected: at most " + uncertainPops + ", as many as uncertain pops)");
        }
        return problems;
    }

    private void see(String item, Set<String> found, List<String> problems) {
        if (!found.add(item)) {
            problems.add("twice: " + item);
        }
        if (!acknowledged.contains(item) && !uncertain.contains(item)) {
            problems.add("never pushed: " + item);
        }
    }

    private static void checkOrder(List<String> items, List<String> problems) {
        Map<String, Long> last = new HashMap<>();
        for (String item : items) {
            int slash = item.lastIndexOf('/');
            long number = Long.parseLong(item.substring(slash + 1));
            Long before = last.put(item.substring(0, slash), number);
            if (before != null && before >= number) {
                problems.add("out of order: " + item + " after number " + before);
            }
        }
    }
}
