package io.slotgate.it.history;

import io.slotgate.it.history.Operation.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The search for an order of one key's operations that explains their replies: Wing and Gong's, with Lowe's memory of where it
 * was before.
 *
 * <pre>
 *   begun1  begun2  ended1  begun3  ended3  …         events in order of time
 *   └────────────┘
 *   what may come first: all that begun before anything ended
 * </pre>
 *
 * An operation whose outcome is not known never ends: it may come at any place after its beginning, the very last included, which
 * is as good as never. Of uncertain INCRs, which are all alike, always the eldest comes first.
 *
 * @see <a href="https://doi.org/10.1016/S0743-7315(83)71004-6">Wing and Gong, Testing and verifying concurrent objects</a>
 * @see <a href="https://doi.org/10.1002/cpe.3928">Lowe, Testing for linearizability</a>
 */
final class LinearSearch {
    enum Result {
        FOUND, NONE, GIVEN_UP
    }

    /** A beginning, with its {@code end}, or an end, without. */
    private static final class Event {
        final int number;
        final @Nullable Event end;
        final long time;
        @Nullable
        Event before;
        @Nullable
        Event next;

        Event(int number, @Nullable Event end, long time) {
            this.number = number;
            this.end = end;
            this.time = time;
        }
    }

    private record Taken(Event event, @Nullable String valueBefore) {}

    private final List<Operation> operations;
    private final long mostSteps;
    private final Event head = new Event(-1, null, Long.MIN_VALUE);
    /** Which operations have to be taken one after the other, and the how many-th of them each one is. */
    private final int[] queueOf;
    private final int[] placeInQueue;
    private final int[] takenOfQueue;
    private final OperationSet taken;
    private final Set<Configuration> seen = new HashSet<>();
    private final ArrayDeque<Taken> path = new ArrayDeque<>();
    private @Nullable String value;
    private int longest = -1;
    private int stuckAt = -1;

    private @Nullable String valueThen;

    /** Where the search stood: what was taken, and what the value was then. */
    private record Configuration(@Nullable String value, OperationSet.Snapshot taken) {}

    /**
     * @param operations in order of their beginnings
     * @param inOrder whether commands of one client have to come in the order in which it sent them
     */
    LinearSearch(List<Operation> operations, boolean inOrder, long mostSteps) {
        this.operations = operations;
        this.mostSteps = mostSteps;
        int count = operations.size();
        this.queueOf = new int[count];
        this.placeInQueue = new int[count];
        this.takenOfQueue = new int[count + 1];
        this.taken = new OperationSet(count);
        queueUp(inOrder);
        link();
    }

    private void queueUp(boolean inOrder) {
        Map<Object, Integer> queues = new HashMap<>();
        int[] length = new int[operations.size() + 1];
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < operations.size(); i++) {
            numbers.add(i);
        }
        // What begun at the same time is one pipeline: its order is that of its places.
        numbers.sort(Comparator.comparingLong((Integer i) -> operations.get(i).begun())
                .thenComparingLong(i -> operations.get(i).place()));
        for (int i : numbers) {
            Operation operation = operations.get(i);
            Object queue = i;
            if (!operation.known() && operation.kind() == Kind.INCR) {
                queue = "uncertain";
            } else if (operation.known() && inOrder) {
                queue = "client " + operation.client();
            }
            Integer known = queues.putIfAbsent(queue, queues.size());
            queueOf[i] = known == null ? queues.size() - 1 : known;
            placeInQueue[i] = length[queueOf[i]]++;
        }
    }

    private void link() {
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < operations.size(); i++) {
            Event end = new Event(i, null, operations.get(i).ended());
            events.add(new Event(i, end, operations.get(i).begun()));
            events.add(end);
        }
        // Beginnings before ends of the same moment: those may have overlapped.
        events.sort(Comparator.comparingLong((Event event) -> event.time).thenComparing(event -> event.end == null));
        Event last = head;
        for (Event event : events) {
            last.next = event;
            event.before = last;
            last = event;
        }
    }

    Result run() {
        long steps = 0;
        Event event = head.next;
        while (head.next != null) {
            if (++steps > mostSteps) {
                return Result.GIVEN_UP;
            }
            if (event != null && event.end != null) {
                event = tries(event) ? head.next : event.next;
            } else {
                remember(event);
                if (path.isEmpty()) {
                    return Result.NONE;
                }
                event = giveBack().next;
            }
        }
        return Result.FOUND;
    }

    /** Takes the operation next if its reply fits and that was not tried before. */
    private boolean tries(Event event) {
        int number = event.number;
        if (placeInQueue[number] != takenOfQueue[queueOf[number]]) {
            return false;
        }
        Operation operation = operations.get(number);
        if (!fits(operation)) {
            return false;
        }
        String after = valueAfter(operation);
        taken.add(number);
        if (!seen.add(new Configuration(after, taken.snapshot()))) {
            taken.remove(number);
            return false;
        }
        path.push(new Taken(event, value));
        value = after;
        takenOfQueue[queueOf[number]]++;
        unlink(event);
        unlink(Objects.requireNonNull(event.end));
        return true;
    }

    private Event giveBack() {
        Taken last = path.pop();
        Event event = last.event();
        value = last.valueBefore();
        taken.remove(event.number);
        takenOfQueue[queueOf[event.number]]--;
        relink(Objects.requireNonNull(event.end));
        relink(event);
        return event;
    }

    private boolean fits(Operation operation) {
        return switch (operation.kind()) {
            case SET -> true;
            case GET -> Objects.equals(value, operation.value());
            // One whose outcome is not known may have been refused for a value that is no number: then it changed nothing.
            case INCR -> !operation.known() || Objects.equals(counted(), operation.value());
        };
    }

    private @Nullable String valueAfter(Operation operation) {
        return switch (operation.kind()) {
            case GET -> value;
            case SET -> operation.value();
            case INCR -> {
                String counted = counted();
                yield counted == null ? value : counted;
            }
        };
    }

    /** The value after one INCR more; null if it is no number. */
    private @Nullable String counted() {
        if (value == null) {
            return "1";
        }
        try {
            return Long.toString(Long.parseLong(value) + 1);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static void unlink(Event event) {
        Objects.requireNonNull(event.before).next = event.next;
        if (event.next != null) {
            event.next.before = event.before;
        }
    }

    private static void relink(Event event) {
        Objects.requireNonNull(event.before).next = event;
        if (event.next != null) {
            event.next.before = event;
        }
    }

    /** Keeps what can't be explained where most was. */
    private void remember(@Nullable Event end) {
        if (end != null && path.size() > longest) {
            longest = path.size();
            stuckAt = end.number;
            valueThen = value;
        }
    }

    /** Which operation has no place, where the search came farthest. */
    String explanation() {
        if (stuckAt < 0) {
            return "nothing was tried";
        }
        return operations.get(stuckAt) + " has no place: after " + longest + " of " + operations.size()
                + " operations the value is " + valueThen;
    }
}
