package io.slotgate.proxy.observe;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.command.SlotHash;
import java.util.ArrayList;
import java.util.List;

/** The keys with the largest commands or replies that were seen of late, a bounded number. Confined to its worker. */
final class BigKeys {
    static final int MOST = 64;
    private static final long FORGOTTEN_MILLIS = 3_600_000;

    private record Seen(long hash, BigKey key) {}

    private final List<Seen> keys = new ArrayList<>(MOST);

    void add(ByteBuf buffer, int offset, int length, String command, long bytes, long nowMillis) {
        long hash = KeySketch.hash(buffer, offset, length);
        int smallest = 0;
        for (int i = 0; i < keys.size(); i++) {
            Seen seen = keys.get(i);
            if (seen.hash == hash) {
                keys.set(i, new Seen(hash, seen.key.again(command, bytes, nowMillis)));
                return;
            }
            if (seen.key.bytes() < keys.get(smallest).key.bytes()) {
                smallest = i;
            }
        }
        if (keys.size() == MOST && keys.get(smallest).key.bytes() >= bytes) {
            return;
        }
        Seen seen = new Seen(hash, new BigKey(Texts.clipped(buffer, offset, length, KeySketch.KEPT_BYTES),
                SlotHash.slot(buffer, offset, length), command,
                bytes, nowMillis));
        if (keys.size() < MOST) {
            keys.add(seen);
        } else {
            keys.set(smallest, seen);
        }
    }

    /** Forgets what has not been seen for an hour: it may be smaller now, or gone. */
    void age(long nowMillis) {
        keys.removeIf(seen -> nowMillis - seen.key.seenMillis() > FORGOTTEN_MILLIS);
    }

    List<BigKey> snapshot() {
        return keys.stream().map(Seen::key).toList();
    }
}
