package io.slotgate.proxy.config;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * Those commands of {@link #CHOICE} that clients may use although they act on nodes that all clients share, or show their
 * settings. Full names in lower case: {@code config|set}. Immutable.
 */
public record AllowedCommands(Set<String> names) {
    /** What operators can allow: what only may do harm, and has a node or nodes where it belongs. */
    public static final Set<String> CHOICE = Set.of("acl|dryrun", "acl|getuser", "acl|list", "acl|log", "acl|users",
            "bgrewriteaof", "bgsave", "config|get", "config|resetstat", "config|rewrite", "config|set", "debug",
            "monitor", "save");

    public AllowedCommands {
        names = Set.copyOf(names);
        if (!CHOICE.containsAll(names)) {
            throw new IllegalArgumentException(names + " (expected: some of " + CHOICE + ")");
        }
    }

    public static AllowedCommands none() {
        return new AllowedCommands(Set.of());
    }

    /** @param names full names */
    static AllowedCommands of(List<String> names) {
        return new AllowedCommands(Set.copyOf(names));
    }

    /**
     * The full name of a command as a user writes it: {@code CONFIG SET}.
     *
     * @throws IllegalArgumentException if it can't be allowed
     */
    static String name(String written) {
        String name = written.strip().toLowerCase(Locale.ROOT).replaceAll("\\s+", "|");
        if (!CHOICE.contains(name)) {
            throw new IllegalArgumentException(Units.quoted(written) + " (expected: one of "
                    + String.join(", ", new TreeSet<>(CHOICE)).replace('|', ' ').toUpperCase(Locale.ROOT) + ")");
        }
        return name;
    }

    public boolean contains(String name) {
        return names.contains(name);
    }
}
