package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.deploy.dev.LocalCluster;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/** Moves slots with their keys from one shard to another, one after the other, until it is closed. */
final class SlotShuffle implements AutoCloseable {
    private final LocalCluster cluster;
    private final SlotMover mover;
    private final int shards;
    private final List<Integer> slots;
    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final Thread moving;

    /** @param slots among which to choose */
    SlotShuffle(LocalCluster cluster, SlotMover mover, int shards, List<Integer> slots) {
        this.cluster = cluster;
        this.mover = mover;
        this.shards = shards;
        this.slots = slots;
        this.moving = Thread.ofPlatform().start(this::move);
    }

    private void move() {
        Random random = new Random(7);
        Map<Integer, Integer> owners = new HashMap<>();
        try {
            while (!stop.get()) {
                int slot = slots.get(random.nextInt(slots.size()));
                Integer known = owners.get(slot);
                int from = known != null ? known : cluster.nodes().indexOf(cluster.owner(slot));
                int to = (from + 1 + random.nextInt(shards - 1)) % shards;
                mover.move(slot, from, to);
                // The next move of the slot is not to begin while nodes still tell each other of this one.
                mover.awaitOwner(slot, to);
                owners.put(slot, to);
            }
        } catch (IOException | RuntimeException | AssertionError e) {
            failure.set(e);
        }
    }

    @Override
    public void close() throws InterruptedException {
        stop.set(true);
        moving.join();
        assertThat(failure.get()).isNull();
    }
}
