package io.slotgate.proxy.tracking;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * The keys that one or more sessions want to hear of, by prefix. No prefix is one of another: the server refuses that.
 *
 * @param sorted the prefixes, a char for each byte; the empty one alone means all keys
 */
public record Prefixes(List<String> sorted) {
    /** A node goes through all of them with each write: above this it is told to say everything. */
    static final int MOST = 128;

    /** Every key. */
    public static final Prefixes ALL = new Prefixes(List.of(""));
    /** No key. */
    static final Prefixes NONE = new Prefixes(List.of());

    public Prefixes {
        sorted = List.copyOf(sorted);
    }

    /** The keys that begin with any of these. */
    public static Prefixes of(Collection<String> prefixes) {
        List<String> kept = new ArrayList<>();
        // What has a prefix follows it at once in this order, or behind others that have it.
        for (String prefix : new TreeSet<>(prefixes)) {
            if (kept.isEmpty() || !prefix.startsWith(kept.getLast())) {
                kept.add(prefix);
            }
        }
        return new Prefixes(kept);
    }

    /** The keys of any of these, and all keys if that would be too many prefixes. */
    static Prefixes union(Collection<Prefixes> all) {
        Collection<String> prefixes = new TreeSet<>();
        all.forEach(each -> prefixes.addAll(each.sorted));
        Prefixes union = of(prefixes);
        return union.sorted.size() > MOST ? ALL : union;
    }

    boolean isEmpty() {
        return sorted.isEmpty();
    }

    /** Whether all keys of {@code other} are among these. */
    boolean covers(Prefixes other) {
        return other.sorted.stream().allMatch(prefix -> sorted.stream().anyMatch(prefix::startsWith));
    }

    /** Whether the key in these bytes is among these. */
    boolean match(ByteBuf buffer, int start, int length) {
        for (int i = 0; i < sorted.size(); i++) {
            if (begins(buffer, start, length, sorted.get(i))) {
                return true;
            }
        }
        return false;
    }

    private static boolean begins(ByteBuf buffer, int start, int length, String prefix) {
        if (prefix.length() > length) {
            return false;
        }
        for (int i = 0; i < prefix.length(); i++) {
            if (prefix.charAt(i) != buffer.getUnsignedByte(start + i)) {
                return false;
            }
        }
        return true;
    }
}
