package io.slotgate.proxy.session;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the keys of one {@link FuzzClient} hold, as far as replies tell. */
final class FuzzData {
    /** Whether a reply is right; learns from it. Null: the command was done, but its reply was not wanted. */
    interface Outcome {
        boolean allows(@Nullable Object reply);
    }

    private static final String NIL = "(nil)";

    private final boolean mayFail;
    /** What a string may hold; a key that is not there holds nil. */
    private final Map<String, Set<String>> strings = new HashMap<>();
    private final Map<String, Deque<String>> lists = new HashMap<>();
    /** Lists of which nobody knows what is left. */
    private final Set<String> uncertainLists = new HashSet<>();
    private final Set<String> watched = new HashSet<>();
    private boolean touched;
    private boolean large;

    /** @param mayFail whether a node may be lost with a write on its way */
    FuzzData(boolean mayFail) {
        this.mayFail = mayFail;
    }

    static boolean ok(@Nullable Object reply) {
        return reply == null || reply.equals("OK");
    }

    static boolean queued(@Nullable Object reply) {
        return reply == null || reply.equals("QUEUED");
    }

    static boolean error(@Nullable Object reply) {
        return reply == null || (reply instanceof String text && text.startsWith("-"));
    }

    static boolean integer(@Nullable Object reply) {
        return reply == null || (reply instanceof String text && text.matches("\\d+"));
    }

    static boolean unblocked(@Nullable Object reply) {
        return "-UNBLOCKED client unblocked via CLIENT UNBLOCK".equals(reply);
    }

    /** Whether a list of replies is right. */
    static boolean all(List<Outcome> outcomes, @Nullable Object reply) {
        if (reply == null) {
            outcomes.forEach(each -> each.allows(null));
            return true;
        }
        boolean right = reply instanceof List<?> list && list.size() == outcomes.size();
        for (int i = 0; right && i < outcomes.size(); i++) {
            right = outcomes.get(i).allows(((List<?>) reply).get(i));
        }
        return right;
    }

    /** Whether the connection may end because a node was lost within a large reply. */
    boolean mayEnd() {
        return mayFail && large;
    }

    /** Whether what became of a write is not known. */
    private boolean uncertain(@Nullable Object reply) {
        return mayFail && reply instanceof String text && text.startsWith("-UNCERTAIN ");
    }

    private Set<String> values(String key) {
        return strings.computeIfAbsent(key, name -> new HashSet<>(Set.of(NIL)));
    }

    private void touch(String key) {
        touched |= watched.contains(key);
    }

    Outcome set(String key, String value) {
        large |= value.length() > 10_000;
        return reply -> {
            if (uncertain(reply) || (reply instanceof String text && text.startsWith("-TRYAGAIN "))) {
                values(key).add(value);
                return true;
            }
            if (reply == null && mayFail) {
                values(key).add(value);
                return true;
            }
            touch(key);
            strings.put(key, new HashSet<>(Set.of(value)));
            return ok(reply);
        };
    }

    Outcome get(String key) {
        return reply -> {
            if (reply == null) {
                return true;
            }
            boolean right = values(key).contains(reply);
            if (right) {
                strings.put(key, new HashSet<>(Set.of((String) reply)));
            }
            return right || tooLarge(reply);
        };
    }

    private boolean tooLarge(Object reply) {
        return large && reply instanceof String text && text.startsWith("-ERR the repl");
    }

    Outcome script(String value) {
        return reply -> reply == null || reply.equals(value) || uncertain(reply);
    }

    Outcome published() {
        return reply -> integer(reply) || uncertain(reply);
    }

    Outcome push(String key, String value) {
        return reply -> {
            if (uncertain(reply) || (reply == null && mayFail)) {
                uncertainLists.add(key);
                return true;
            }
            touch(key);
            lists.computeIfAbsent(key, name -> new ArrayDeque<>()).add(value);
            return integer(reply);
        };
    }

    /** Others may end the wait, and then an element may be gone with it. */
    Outcome pop(String key) {
        return reply -> {
            if (uncertainLists.contains(key)) {
                return true;
            }
            Deque<String> list = lists.computeIfAbsent(key, name -> new ArrayDeque<>());
            String first = list.peekFirst();
            if (first != null && reply instanceof List<?> popped && popped.equals(List.of(key, first))) {
                list.removeFirst();
                touch(key);
                return true;
            }
            if (first != null) {
                uncertainLists.add(key);
            }
            return reply == null || reply.equals(NIL) || uncertain(reply) || unblocked(reply);
        };
    }

    Outcome watched(String key) {
        return reply -> {
            watched.add(key);
            return ok(reply);
        };
    }

    Outcome unwatched(Outcome outcome) {
        return reply -> {
            forget();
            return outcome.allows(reply);
        };
    }

    Outcome aborted(String error) {
        return unwatched(reply -> reply == null || reply.equals(error));
    }

    private void forget() {
        watched.clear();
        touched = false;
    }

    /** All of it, or, if keys were watched, none of it. */
    Outcome exec(List<Outcome> outcomes) {
        return reply -> {
            boolean guarded = !watched.isEmpty();
            boolean conflict = touched;
            forget();
            if (guarded && NIL.equals(reply)) {
                return true;
            }
            if (uncertain(reply)) {
                List<Outcome> all = new ArrayList<>(outcomes);
                all.forEach(each -> each.allows(reply));
                return true;
            }
            return !conflict && all(outcomes, reply);
        };
    }
}
