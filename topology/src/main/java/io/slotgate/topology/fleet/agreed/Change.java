package io.slotgate.topology.fleet.agreed;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;

/**
 * Settings to be put and removed, all or none.
 *
 * @param put values by name
 * @param removed names; of what is not there, too; none of those put
 */
public record Change(Map<String, String> put, Set<String> removed) {
    /** @throws IllegalArgumentException if a name or a value is longer than {@link Agreement} allows, or nothing changes */
    public Change {
        put = Map.copyOf(put);
        removed = Set.copyOf(removed);
        if (put.isEmpty() && removed.isEmpty()) {
            throw new IllegalArgumentException("change: nothing (expected: a setting to put or remove)");
        }
        put.forEach((name, value) -> {
            check("name", name, 1, Agreement.LONGEST_NAME);
            check("value of " + name, value, 0, Agreement.LONGEST_VALUE);
        });
        for (String name : removed) {
            check("name", name, 1, Agreement.LONGEST_NAME);
            if (put.containsKey(name)) {
                throw new IllegalArgumentException("setting: " + name + " (expected: put or removed, not both)");
            }
        }
    }

    public static Change put(String name, String value) {
        return new Change(Map.of(name, value), Set.of());
    }

    public static Change remove(String name) {
        return new Change(Map.of(), Set.of(name));
    }

    private static void check(String what, String text, int least, int most) {
        int length = text.getBytes(StandardCharsets.UTF_8).length;
        if (length < least || length > most) {
            throw new IllegalArgumentException(what + ": " + length + " bytes (expected: " + least + ".." + most + ")");
        }
    }
}
