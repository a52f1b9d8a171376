package io.slotgate.proxy.upstream;

import io.slotgate.topology.model.Shard;
import io.slotgate.topology.model.SlotMap;
import java.util.concurrent.TimeUnit;

/** Whether slots go from one shard to another these days, as far as is known here. Confined to its worker. */
final class MovingSlots {
    /** Slots mostly move one after the other, and a map seldom shows one on its way. */
    private static final long LULL_NANOS = TimeUnit.SECONDS.toNanos(30);

    private boolean onTheirWay;
    private boolean moved;
    private long lastMoved;

    /** Compares two maps, the second of which holds from now, {@link System#nanoTime}. */
    void follow(SlotMap before, SlotMap after, long now) {
        boolean were = onTheirWay;
        onTheirWay = !after.moves().isEmpty();
        if (were || otherShards(before, after)) {
            moved(now);
        }
    }

    /** Knows from now on what others know that have followed the maps for longer. */
    void learn(MovingSlots others) {
        moved = others.moved;
        lastMoved = others.lastMoved;
    }

    private static boolean otherShards(SlotMap before, SlotMap after) {
        for (int slot = 0; slot < SlotMap.SLOTS; slot++) {
            Shard was = before.shard(slot);
            Shard is = after.shard(slot);
            if (was != is && was != null && is != null && !was.id().equals(is.id())) {
                return true;
            }
        }
        return false;
    }

    /** A slot turned out to be another node's than the map says. */
    void moved(long now) {
        moved = true;
        lastMoved = now;
    }

    /** Whether a slot is on its way, or one was not long ago. */
    boolean any(long now) {
        return onTheirWay || (moved && now - lastMoved < LULL_NANOS);
    }
}
