package io.slotgate.proxy.command;

import io.slotgate.proxy.resp.RequestFrame;

/**
 * The second half of a key specification, {@code find_keys}: which arguments from a given one on are keys.
 *
 * @see <a href="https://valkey.io/topics/key-specs/">Command key specifications, find_keys</a>
 */
sealed interface KeyFinder {
    /** Adds the keys that begin at argument {@code first}; false, with anything in {@code out}, if they cannot be told. */
    boolean addFrom(RequestFrame frame, int first, KeyPositions out);

    /**
     * Keys in a row.
     *
     * @param last the last argument that may be a key: 0 or more counted from the first key, -1 the last argument, -2 the
     *        one before it, and so on
     * @param step arguments from one key to the next, 1 or more
     * @param limit with {@code last} -1 only: 2 or more stops after that part of the remaining arguments (2: the first half)
     */
    record Range(int last, int step, int limit) implements KeyFinder {
        public Range {
            if (step < 1) {
                throw new IllegalArgumentException("keystep: " + step + " (expected: 1 or more)");
            }
            if (limit < 0 || (limit > 0 && last != -1)) {
                throw new IllegalArgumentException(
                        "limit: " + limit + " with lastkey " + last + " (expected: 0, or more with lastkey -1)");
            }
        }

        @Override
        public boolean addFrom(RequestFrame frame, int first, KeyPositions out) {
            int argc = frame.argc();
            long end;
            if (last >= 0) {
                end = (long) first + last;
            } else if (limit == 0) {
                end = (long) argc + last;
            } else {
                end = first + (argc - first) / limit - 1L;
            }
            // Just no room for a key is no mistake: SUNSUBSCRIBE.
            if (end < first - 1 || end >= argc) {
                return false;
            }
            for (long arg = first; arg <= end; arg += step) {
                out.add((int) arg);
            }
            return true;
        }
    }

    /**
     * Keys with their number in front of them.
     *
     * @param countAt where their number stands, counted from the argument where the search began
     * @param firstAt where the first key stands, counted likewise
     * @param step arguments from one key to the next, 1 or more
     * @param least 0 for a command that may go without keys ({@code EVAL}), else 1
     */
    record Counted(int countAt, int firstAt, int step, int least) implements KeyFinder {
        public Counted {
            if (countAt < 0) {
                throw new IllegalArgumentException("keynumidx: " + countAt + " (expected: 0 or more)");
            }
            if (firstAt < 0) {
                throw new IllegalArgumentException("firstkey: " + firstAt + " (expected: 0 or more)");
            }
            if (step < 1) {
                throw new IllegalArgumentException("keystep: " + step + " (expected: 1 or more)");
            }
        }

        @Override
        public boolean addFrom(RequestFrame frame, int first, KeyPositions out) {
            long countArg = (long) first + countAt;
            long keyArg = (long) first + firstAt;
            if (countArg >= frame.argc()) {
                return false;
            }
            int count = KeyCount.read(frame, (int) countArg);
            if (count < least || count > (frame.argc() - keyArg) / step) {
                return false;
            }
            for (int i = 0; i < count; i++) {
                out.add((int) keyArg + i * step);
            }
            return true;
        }
    }
}
