package io.slotgate.proxy.config;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Gathers what is wrong, so that all of it is told at once. */
final class Problems {
    /** As long as a text may be in what members of a fleet send each other. */
    private static final int MOST_TOLD_BYTES = 255;

    private final List<Problem> found = new ArrayList<>();

    void add(String path, String message) {
        found.add(new Problem(path, message));
    }

    void addAll(String outer, List<Problem> inner) {
        for (Problem problem : inner) {
            found.add(problem.below(outer));
        }
    }

    /** Adds {@code value (expected: …)}. */
    void unexpected(String path, Object value, String expected) {
        add(path, value + " (expected: " + expected + ")");
    }

    void range(String path, long value, long min, long max) {
        if (value < min || value > max) {
            unexpected(path, value, min + ".." + max);
        }
    }

    void size(String path, long bytes, long min, long max) {
        if (bytes < min || bytes > max) {
            unexpected(path, Units.size(bytes), Units.size(min) + ".." + Units.size(max));
        }
    }

    void duration(String path, Duration value, Duration min, Duration max) {
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            unexpected(path, Units.duration(value), Units.duration(min) + ".." + Units.duration(max));
        }
    }

    /** Names and addresses: no blanks or control characters, for they go into commands and replies of one line. */
    void word(String path, String value) {
        if (value.isEmpty() || value.chars().anyMatch(c -> c <= ' ' || c == 0x7f)) {
            unexpected(path, Units.quoted(value), "one word");
        }
    }

    /** A {@link #word} that proxies tell each other. */
    void toldWord(String path, String value) {
        word(path, value);
        int bytes = value.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MOST_TOLD_BYTES) {
            unexpected(path, bytes + " bytes", "one word of at most " + MOST_TOLD_BYTES + " bytes");
        }
    }

    boolean any() {
        return !found.isEmpty();
    }

    void throwIfAny() {
        if (any()) {
            throw new ConfigException(found);
        }
    }
}
