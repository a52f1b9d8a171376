package io.slotgate.proxy.tracking;

import io.netty.buffer.ByteBufAllocator;
import java.util.Set;

/**
 * All that one session tracks, said key by key in messages of a moderate size. Clients know keys better than the null that stands
 * for all of them: there are some that fail on it.
 */
final class NamedKeys {
    /** More keys, or longer ones, are not named: clients that cache that much would get too much at once. */
    static final int MOST_KEYS = 10_000;
    static final int MOST_BYTES = 1024 * 1024;
    /** Keys in one message, and their bytes after which no further one is added. */
    static final int KEYS_AT_ONCE = 256;
    static final int BYTES_AT_ONCE = 16 * 1024;

    /** Takes a message and the number of its keys; it is to release the message. */
    @FunctionalInterface
    interface Teller {
        void tell(Invalidation invalidation, int keys);
    }

    private NamedKeys() {}

    /** Says these keys; false if they are too many, and nothing was said. */
    static boolean tell(ByteBufAllocator allocator, Set<TrackedKey> keys, Teller teller) {
        if (!fits(keys)) {
            return false;
        }
        Gathering gathering = new Gathering();
        int bytes = 0;
        for (TrackedKey key : keys) {
            gathering.add(allocator, key);
            bytes += key.length();
            if (gathering.count() == KEYS_AT_ONCE || bytes >= BYTES_AT_ONCE) {
                say(allocator, gathering, teller);
                bytes = 0;
            }
        }
        if (gathering.count() > 0) {
            say(allocator, gathering, teller);
        }
        return true;
    }

    private static void say(ByteBufAllocator allocator, Gathering gathering, Teller teller) {
        int keys = gathering.count();
        teller.tell(gathering.take(allocator), keys);
    }

    private static boolean fits(Set<TrackedKey> keys) {
        if (keys.size() > MOST_KEYS) {
            return false;
        }
        long bytes = 0;
        for (TrackedKey key : keys) {
            bytes += key.length();
        }
        return bytes <= MOST_BYTES;
    }
}
