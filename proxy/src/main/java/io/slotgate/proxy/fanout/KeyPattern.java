package io.slotgate.proxy.fanout;

import io.netty.buffer.ByteBuf;

/**
 * What MATCH says of keys: a glob as servers read it, where {@code *} stands for any bytes, {@code ?} for one, {@code [a-c]} and
 * {@code [^a-c]} for one of some, and a backslash takes away a meaning. Takes at most the product of both lengths. Immutable.
 *
 * @see <a href="https://valkey.io/commands/keys/">KEYS</a>
 */
final class KeyPattern {
    private static final int NO_MATCH = -1;

    private final byte[] pattern;

    KeyPattern(byte[] pattern) {
        this.pattern = pattern.clone();
    }

    boolean matches(ByteBuf buffer, int start, int length) {
        if (length == 0) {
            // As servers do: for them "**" is not like an empty key, but "*" alone is no pattern at all.
            return pattern.length == 0 || (pattern.length == 1 && pattern[0] == '*');
        }
        int at = 0;
        int key = 0;
        int behindStar = -1;
        int keyAtStar = 0;
        while (key < length) {
            if (at < pattern.length && pattern[at] == '*') {
                behindStar = ++at;
                keyAtStar = key;
                continue;
            }
            int next = at < pattern.length ? behind(at, buffer.getByte(start + key)) : NO_MATCH;
            if (next != NO_MATCH) {
                at = next;
                key++;
            } else if (behindStar >= 0) {
                // The last star takes one byte more; no earlier one would do better.
                at = behindStar;
                key = ++keyAtStar;
            } else {
                return false;
            }
        }
        while (at < pattern.length && pattern[at] == '*') {
            at++;
        }
        return at == pattern.length;
    }

    /** Where the pattern goes on if what stands at {@code at}, no star, is like this byte. */
    private int behind(int at, byte value) {
        return switch (pattern[at]) {
            case '?' -> at + 1;
            case '[' -> behindSet(at + 1, value);
            case '\\' -> {
                int literal = Math.min(at + 1, pattern.length - 1);
                yield pattern[literal] == value ? literal + 1 : NO_MATCH;
            }
            default -> pattern[at] == value ? at + 1 : NO_MATCH;
        };
    }

    /** A set that is not closed ends with the pattern. */
    private int behindSet(int first, byte value) {
        int at = first;
        boolean not = at < pattern.length && pattern[at] == '^';
        if (not) {
            at++;
        }
        boolean found = false;
        while (at < pattern.length && pattern[at] != ']') {
            int left = pattern.length - at;
            if (left >= 2 && pattern[at] == '\\') {
                at++;
                found |= pattern[at] == value;
            } else if (left >= 3 && pattern[at + 1] == '-') {
                int low = Math.min(pattern[at], pattern[at + 2]);
                int high = Math.max(pattern[at], pattern[at + 2]);
                found |= value >= low && value <= high;
                at += 2;
            } else {
                found |= pattern[at] == value;
            }
            at++;
        }
        return found == not ? NO_MATCH : Math.min(at + 1, pattern.length);
    }
}
