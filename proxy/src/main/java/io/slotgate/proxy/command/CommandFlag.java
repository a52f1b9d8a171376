package io.slotgate.proxy.command;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the server says of a command in the third element of its {@code COMMAND} entry, in the server's own words.
 *
 * @see <a href="https://valkey.io/commands/command/">COMMAND, section Flags</a>
 */
public enum CommandFlag {
    /** May change data. */
    WRITE,
    /** Never changes data. */
    READONLY,
    /** Refused when the server is out of memory. */
    DENYOOM,
    /** Comes from a module. */
    MODULE,
    /** An operator's command. */
    ADMIN,
    /** Belongs to publish and subscribe. */
    PUBSUB,
    /** Not allowed in scripts. */
    NOSCRIPT,
    /** May block the connection it came on. */
    BLOCKING,
    /** Allowed while the server loads its data set. */
    LOADING,
    /** Allowed on a replica that has lost its primary and must not serve stale data. */
    STALE,
    /** Not shown to MONITOR. */
    SKIP_MONITOR,
    /** Not kept in the slow log. */
    SKIP_SLOWLOG,
    /** Counts as sent after ASKING. */
    ASKING,
    /** Runs in constant or logarithmic time. */
    FAST,
    /** Allowed before AUTH. */
    NO_AUTH,
    /** Has key arguments, but none of them must be there. */
    NO_MANDATORY_KEYS,
    /** Not allowed while a replica loads a new data set beside the old one. */
    NO_ASYNC_LOADING,
    /** Not allowed inside MULTI. */
    NO_MULTI,
    /** First, last and step do not tell all keys. */
    MOVABLEKEYS,
    /** Allowed while a script or a module keeps the server busy. */
    ALLOW_BUSY;

    private static final CommandFlag[] ALL = values();

    private final String word = name().toLowerCase(Locale.ROOT);

    /** The flag as the server writes it. */
    public String word() {
        return word;
    }

    /** The flag of a server's word, or null for one that means nothing here (servers add some with time). */
    public static @Nullable CommandFlag of(String word) {
        for (CommandFlag flag : ALL) {
            if (flag.word.equals(word)) {
                return flag;
            }
        }
        return null;
    }
}
