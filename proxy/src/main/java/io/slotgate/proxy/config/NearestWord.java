package io.slotgate.proxy.config;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Guesses which word was meant by a mistyped one. */
final class NearestWord {
    private static final int LONGEST = 64;

    private NearestWord() {}

    /** The word of least edit distance, if it is a likely slip: at most half of its letters. */
    static @Nullable String of(String typed, Collection<String> words) {
        String nearest = null;
        int least = Integer.MAX_VALUE;
        if (typed.length() > LONGEST) {
            return null;
        }
        for (String word : words) {
            int distance = distance(typed, word);
            if (distance < least && distance * 2 <= word.length()) {
                nearest = word;
                least = distance;
            }
        }
        return nearest;
    }

    /** Levenshtein's: insertions, removals and replacements from one to the other. */
    private static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[to.length()];
    }
}
