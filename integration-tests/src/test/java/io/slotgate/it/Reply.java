package io.slotgate.it;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads replies that are whole: String for text and bulk strings, Long, Double, Boolean, List, Set, Map, null or an error. */
final class Reply {
    /** An error reply; {@code text} without its dash. */
    record Failure(String text) {}

    private final String bytes;
    private int at;

    private Reply(String bytes) {
        this.bytes = bytes;
    }

    static @Nullable Object parse(String bytes) {
        return new Reply(bytes).next();
    }

    private @Nullable Object next() {
        int end = bytes.indexOf("\r\n", at);
        char type = bytes.charAt(at);
        String line = bytes.substring(at + 1, end);
        at = end + 2;
        return switch (type) {
            case '+' -> line;
            case '-' -> new Failure(line);
            case ':' -> Long.valueOf(line);
            case ',' -> Double.valueOf(line.replace("inf", "Infinity"));
            case '#' -> line.equals("t");
            case '_' -> null;
            case '$', '=' -> bulk(Integer.parseInt(line));
            case '*', '>' -> list(Integer.parseInt(line));
            case '~' -> set(Integer.parseInt(line));
            case '%' -> map(Integer.parseInt(line));
            default -> throw new IllegalArgumentException("reply type: '" + type + "' (expected: one of RESP)");
        };
    }

    private @Nullable String bulk(int length) {
        if (length < 0) {
            return null;
        }
        at += length + 2;
        return bytes.substring(at - length - 2, at - 2);
    }

    private @Nullable List<@Nullable Object> list(int length) {
        if (length < 0) {
            return null;
        }
        List<@Nullable Object> items = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            items.add(next());
        }
        return items;
    }

    private Set<@Nullable Object> set(int length) {
        Set<@Nullable Object> items = new LinkedHashSet<>();
        for (int i = 0; i < length; i++) {
            items.add(next());
        }
        return items;
    }

    private Map<@Nullable Object, @Nullable Object> map(int length) {
        Map<@Nullable Object, @Nullable Object> entries = new LinkedHashMap<>();
        for (int i = 0; i < length; i++) {
            Object key = next();
            entries.put(key, next());
        }
        return entries;
    }
}
