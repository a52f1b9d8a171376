package io.slotgate.it;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One of many keys of different types with binary names and contents, all of which follow from its number. What a client
 * reads is compared as text of one character per byte.
 */
record MixedKey(int number) {
    enum Kind {
        STRING, HASH, LIST, SET, SORTED_SET, STREAM
    }

    private static final long SEED = 20_261_122;

    Kind kind() {
        return Kind.values()[number % Kind.values().length];
    }

    /** Its number, and some bytes of any value. */
    byte[] name() {
        return text(("mixed:" + number + ":").getBytes(Wire.BYTES), bytes(0, 8)).getBytes(Wire.BYTES);
    }

    /** How many elements it has. */
    int size() {
        return kind() == Kind.STRING ? 1 : 1 + number % 4;
    }

    /** An element, different from the others of the key. */
    byte[] element(int index) {
        return text(new byte[]{(byte) index}, bytes(1 + index, 60)).getBytes(Wire.BYTES);
    }

    double score(int index) {
        return number / 4.0 + index;
    }

    /** The whole key as {@link JedisKeys} and {@link LettuceKeys} tell it. */
    Object expected() {
        return switch (kind()) {
            case STRING -> text(element(0));
            case LIST -> elements();
            case SET -> new TreeSet<>(elements());
            case HASH -> fields();
            case SORTED_SET -> scores();
            case STREAM -> elements();
        };
    }

    private List<String> elements() {
        List<String> elements = new ArrayList<>();
        for (int i = 0; i < size(); i++) {
            elements.add(text(element(i)));
        }
        return elements;
    }

    private Map<String, String> fields() {
        Map<String, String> fields = new TreeMap<>();
        for (int i = 0; i < size(); i++) {
            fields.put(Integer.toString(i), text(element(i)));
        }
        return fields;
    }

    private Map<String, Double> scores() {
        Map<String, Double> scores = new TreeMap<>();
        for (int i = 0; i < size(); i++) {
            scores.put(text(element(i)), score(i));
        }
        return scores;
    }

    static String text(byte[]... parts) {
        StringBuilder text = new StringBuilder();
        for (byte[] part : parts) {
            text.append(new String(part, Wire.BYTES));
        }
        return text.toString();
    }

    private byte[] bytes(int salt, int most) {
        Random random = new Random(SEED + 31L * number + salt);
        byte[] bytes = new byte[random.nextInt(most + 1)];
        random.nextBytes(bytes);
        return bytes;
    }
}
