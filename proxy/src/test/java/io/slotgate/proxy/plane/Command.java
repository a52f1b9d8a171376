package io.slotgate.proxy.plane;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A command as a node got it.
 *
 * @param connection number of the connection it came by, counted per node from 0
 * @param words its arguments, a char for each byte
 * @param asking whether ASKING came right before it
 */
public record Command(int connection, List<String> words, boolean asking) {
    /** In lower case. */
    public String name() {
        return words.getFirst().toLowerCase(java.util.Locale.ROOT);
    }

    public boolean is(String name) {
        return name().equals(name);
    }

    public String word(int i) {
        return words.get(i);
    }

    public int bytes() {
        return words.stream().mapToInt(String::length).sum();
    }

    @Override
    public String toString() {
        return String.join(" ", words);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
