package io.slotgate.it.history;

import java.util.Arrays;

/** A set of numbers of operations, of which the first ones are mostly all in, and the last ones mostly all out. */
final class OperationSet {
    private final long[] words;

    OperationSet(int count) {
        this.words = new long[(count + 63) / 64];
    }

    void add(int number) {
        words[number / 64] |= 1L << (number % 64);
    }

    void remove(int number) {
        words[number / 64] &= ~(1L << (number % 64));
    }

    /** The set as it is now: what lies between the words that are full and those that are empty. */
    Snapshot snapshot() {
        int from = 0;
        while (from < words.length && words[from] == -1L) {
            from++;
        }
        int to = words.length;
        while (to > from && words[to - 1] == 0) {
            to--;
        }
        return new Snapshot(from, Arrays.copyOfRange(words, from, to));
    }

    /** An immutable set. */
    static final class Snapshot {
        private final int from;
        private final long[] words;

        private Snapshot(int from, long[] words) {
            this.from = from;
            this.words = words;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Snapshot set && set.from == from && Arrays.equals(set.words, words);
        }

        @Override
        public int hashCode() {
            return 31 * from + Arrays.hashCode(words);
        }
    }
}
