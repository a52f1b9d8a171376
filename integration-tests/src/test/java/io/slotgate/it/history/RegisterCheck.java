package io.slotgate.it.history;

import io.slotgate.it.history.Operation.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whether a history of GET, SET and INCR is linearizable: some order of the operations, in which each has its place between its
 * beginning and its end, explains all replies. Keys are checked one by one, for linearizability is local.
 *
 * @see <a href="https://cs.brown.edu/~mph/HerlihyW90/p463-herlihy.pdf">Herlihy and Wing, Linearizability</a>
 */
public final class RegisterCheck {
    /** Steps of the search per key before it is given up. */
    public static final long MOST_STEPS = 5_000_000;

    private RegisterCheck() {}

    /** What was wrong or could not be decided, by key; empty if all is well. */
    public static List<Verdict> problems(List<Operation> history) {
        return problems(history, MOST_STEPS);
    }

    static List<Verdict> problems(List<Operation> history, long mostSteps) {
        Map<String, List<Operation>> byKey = new LinkedHashMap<>();
        for (Operation operation : history) {
            byKey.computeIfAbsent(operation.key(), key -> new ArrayList<>()).add(operation);
        }
        List<Verdict> problems = new ArrayList<>();
        byKey.forEach((key, operations) -> {
            Verdict verdict = ofKey(key, operations, mostSteps);
            if (!(verdict instanceof Verdict.Linearizable)) {
                problems.add(verdict);
            }
        });
        return problems;
    }

    private static Verdict ofKey(String key, List<Operation> operations, long mostSteps) {
        List<Operation> relevant = withoutUnseen(operations);
        LinearSearch inOrder = new LinearSearch(relevant, true, mostSteps);
        return switch (inOrder.run()) {
            case FOUND -> Verdict.LINEARIZABLE;
            case GIVEN_UP -> new Verdict.Undecided(key, mostSteps);
            case NONE -> {
                LinearSearch inAnyOrder = new LinearSearch(relevant, false, mostSteps);
                yield switch (inAnyOrder.run()) {
                    case FOUND -> new Verdict.OutOfOrder(key, inOrder.explanation());
                    case GIVEN_UP -> new Verdict.Undecided(key, mostSteps);
                    case NONE -> new Verdict.Violation(key, inAnyOrder.explanation());
                };
            }
        };
    }

    /**
     * Leaves out what tells nothing: reads without a reply, and uncertain SETs whose value nobody has read. They may as well
     * never have taken effect; unless the key is counted up too, where a reply may follow from a value that nobody read.
     */
    private static List<Operation> withoutUnseen(List<Operation> operations) {
        boolean counted = operations.stream().anyMatch(operation -> operation.kind() == Kind.INCR);
        Set<String> read = new HashSet<>();
        for (Operation operation : operations) {
            if (operation.kind() == Kind.GET && operation.value() != null) {
                read.add(operation.value());
            }
        }
        List<Operation> relevant = new ArrayList<>();
        for (Operation operation : operations) {
            boolean unseen = operation.kind() == Kind.GET
                    || (operation.kind() == Kind.SET && !counted && !read.contains(operation.value()));
            if (operation.known() || !unseen) {
                relevant.add(operation);
            }
        }
        relevant.sort(Comparator.comparingLong(Operation::begun).thenComparingInt(Operation::client)
                .thenComparingLong(Operation::place));
        return relevant;
    }
}
