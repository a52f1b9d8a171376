package io.slotgate.it.history;

import org.jspecify.annotations.Nullable;

/**
 * One command on one key, as its client saw it.
 *
 * @param client who sent it
 * @param place where it stands in the order in which its client sent commands
 * @param key the key
 * @param kind what it does
 * @param value what GET read (null: there was none), what SET wrote, what INCR answered (null if that is not known)
 * @param known false: it was answered that the outcome is uncertain, or the connection was lost; it may take effect at any time
 *        after {@code begun}, or never
 * @param begun before it was sent, {@link System#nanoTime}
 * @param ended after its reply was read; {@link #NEVER} if the outcome is not known
 */
public record Operation(int client, long place, String key, Kind kind, @Nullable String value, boolean known,
        long begun,
        long ended) {
    public static final long NEVER = Long.MAX_VALUE;

    public enum Kind {
        GET, SET, INCR
    }

    public static Operation get(int client, long place, String key, @Nullable String read, long begun, long ended) {
        return new Operation(client, place, key, Kind.GET, read, true, begun, ended);
    }

    public static Operation set(int client, long place, String key, String written, long begun, long ended) {
        return new Operation(client, place, key, Kind.SET, written, true, begun, ended);
    }

    public static Operation incr(int client, long place, String key, long answered, long begun, long ended) {
        return new Operation(client, place, key, Kind.INCR, Long.toString(answered), true, begun, ended);
    }

    /** SET whose outcome is not known. */
    public static Operation maybeSet(int client, long place, String key, String written, long begun) {
        return new Operation(client, place, key, Kind.SET, written, false, begun, NEVER);
    }

    /** INCR whose outcome is not known. */
    public static Operation maybeIncr(int client, long place, String key, long begun) {
        return new Operation(client, place, key, Kind.INCR, null, false, begun, NEVER);
    }
}
