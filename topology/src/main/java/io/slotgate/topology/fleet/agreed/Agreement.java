package io.slotgate.topology.fleet.agreed;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What has been agreed on, as of one version. Immutable.
 *
 * @param version number of changes so far, 0 or more
 * @param values settings by name
 */
public record Agreement(long version, Map<String, String> values) {
    /** Most settings, and the longest name and value in bytes of UTF-8. */
    public static final int MOST = 10_000;

    public static final int LONGEST_NAME = 255;
    public static final int LONGEST_VALUE = 64 << 10;

    /** Before any change. */
    public static final Agreement NONE = new Agreement(0, Map.of());

    public Agreement {
        values = Map.copyOf(values);
    }

    /** The value of a setting, {@code null} if it has none. */
    public @Nullable String value(String name) {
        return values.get(name);
    }

    /** The next version. */
    Agreement after(Change change) {
        SortedMap<String, String> next = new TreeMap<>(values);
        next.putAll(change.put());
        next.keySet().removeAll(change.removed());
        return new Agreement(version + 1, next);
    }
}
