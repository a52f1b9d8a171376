package io.slotgate.proxy.pubsub;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.worker.Backlog;
import io.slotgate.proxy.worker.Worker;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which sessions of one worker want which topics: asks the {@link Hub} for what nobody here had before, and passes messages
 * on. Confined to its worker, but for the methods that say otherwise.
 */
public final class Desk {
    /** What one subscription takes beside its name: entries on both sides. Rounded up. */
    private static final int ENTRY_BYTES = 256;
    private static final Subscriber[] NOBODY = new Subscriber[0];

    private final Worker worker;
    private final Hub hub;
    private long mostBytes;
    private final Map<Topic, Held> held = new HashMap<>();
    private final Backlog backlog;
    private long tickets;

    /** A topic as long as somebody here wants it. */
    private static final class Held {
        private final long ticket;
        private final Set<Subscriber> subscribers = new LinkedHashSet<>();
        private final Set<Waiter> waiters = new LinkedHashSet<>();
        /** The subscribers, as long as they are the same: who leaves within a delivery does not disturb it. */
        private Subscriber @Nullable [] snapshot;
        private boolean active;

        Held(long ticket) {
            this.ticket = ticket;
        }

        Subscriber[] subscribers() {
            Subscriber[] all = snapshot;
            if (all == null) {
                all = subscribers.toArray(NOBODY);
                snapshot = all;
            }
            return all;
        }
    }

    /** @param mostBytes the memory that all subscriptions may take, reckoned by names and number */
    public Desk(Worker worker, Hub hub, long mostBytes) {
        this.worker = worker;
        this.backlog = new Backlog(worker);
        this.hub = hub;
        this.mostBytes = mostBytes;
    }

    /** From now on all subscriptions may take so much memory; those that are there stay. */
    public void mostBytes(long most) {
        mostBytes = most;
    }

    /** Who wants what, over all workers. */
    public Census census() {
        return hub.census();
    }

    /** Whether nobody wants anything. */
    public boolean unused() {
        return held.isEmpty();
    }

    // ---- sessions come and go

    /** Whether there is room for the subscriptions to these topics. */
    public boolean hasRoomFor(Set<Topic> topics) {
        long bytes = worker.counters().subscriptionBytes;
        for (Topic topic : topics) {
            bytes += bytes(topic);
        }
        return bytes <= mostBytes;
    }

    private static long bytes(Topic topic) {
        return ENTRY_BYTES + 2L * topic.name().length();
    }

    /**
     * Keeps a topic subscribed to until {@link #release}.
     *
     * @return true if it is there; else {@code waiter} is told when it is, or that it can't be had
     */
    public boolean hold(Topic topic, Waiter waiter) {
        Held known = held.get(topic);
        if (known == null) {
            known = new Held(++tickets);
            held.put(topic, known);
            hub.want(this, topic, known.ticket);
        }
        known.waiters.add(waiter);
        return known.active;
    }

    public void release(Topic topic, Waiter waiter) {
        Held known = held.get(topic);
        if (known != null && known.waiters.remove(waiter)) {
            dropUnlessWanted(topic, known);
        }
    }

    /** From now on {@code subscriber} gets the messages of a topic that is held and there. */
    public void join(Topic topic, Subscriber subscriber) {
        Held known = held.get(topic);
        if (known == null || !known.active) {
            throw new IllegalStateException(topic + " is not there");
        }
        if (known.subscribers.add(subscriber)) {
            known.snapshot = null;
            count(topic, 1);
        }
    }

    /** {@code subscriber} gets no more messages of the topic. */
    public void leave(Topic topic, Subscriber subscriber) {
        Held known = held.get(topic);
        if (known != null && known.subscribers.remove(subscriber)) {
            known.snapshot = null;
            count(topic, -1);
            dropUnlessWanted(topic, known);
        }
    }

    private void count(Topic topic, int change) {
        worker.counters().subscriptions += change;
        worker.counters().subscriptionBytes += change * bytes(topic);
        hub.census().session(topic, change);
    }

    private void dropUnlessWanted(Topic topic, Held known) {
        if (known.subscribers.isEmpty() && known.waiters.isEmpty()) {
            held.remove(topic);
            hub.unwant(this, topic, known.ticket);
        }
    }

    // ---- the hub answers

    /** A topic is there. Any thread. */
    void confirmed(Topic topic, long ticket) {
        worker.loop().execute(() -> {
            Held known = held.get(topic);
            if (known != null && known.ticket == ticket && !known.active) {
                known.active = true;
                List.copyOf(known.waiters).forEach(Waiter::onConfirmed);
            }
        });
    }

    /** A topic can't be had. Any thread. */
    void failed(Topic topic, long ticket, String error) {
        worker.loop().execute(() -> {
            Held known = held.get(topic);
            if (known != null && known.ticket == ticket) {
                held.remove(topic);
                List.copyOf(known.waiters).forEach(waiter -> waiter.onFailed(error));
            }
        });
    }

    /** Messages that were handed over and not passed on yet. Any thread. */
    Backlog backlog() {
        return backlog;
    }

    /** Hands messages over. Any thread. */
    void hand(Batch batch) {
        backlog.hand(batch.data(), batch.bytes(), () -> deliver(batch));
    }

    private void deliver(Batch batch) {
        try {
            int behind;
            for (int first = 0; first < batch.size(); first = behind) {
                // Messages of one topic that lie together go out together.
                behind = batch.behindSameTopic(first);
                Held known = held.get(batch.topic(first));
                if (known != null) {
                    deliver(known.subscribers(), batch, first, behind);
                }
            }
        } finally {
            worker.counters().pubsubQueuedBytes = backlog.done(batch.data(), batch.bytes());
        }
    }

    /** The same bytes for all: RESP2 says array where RESP3 says push, and nothing else differs. */
    private void deliver(Subscriber[] subscribers, Batch batch, int first, int behind) {
        int start = batch.start(first);
        int length = batch.end(behind - 1) - start;
        ByteBuf array = null;
        try {
            for (Subscriber subscriber : subscribers) {
                if (subscriber.protocol() >= 3) {
                    subscriber.push(batch.data(), start, length);
                } else {
                    if (array == null) {
                        array = arrays(batch, first, behind);
                    }
                    subscriber.push(array, 0, length);
                }
            }
        } finally {
            if (array != null) {
                array.release();
            }
        }
        worker.counters().pubsubMessages += (long) subscribers.length * (behind - first);
    }

    private ByteBuf arrays(Batch batch, int first, int behind) {
        int start = batch.start(first);
        int length = batch.end(behind - 1) - start;
        ByteBuf arrays = worker.allocator().directBuffer(length).writeBytes(batch.data(), start, length);
        for (int i = first; i < behind; i++) {
            arrays.setByte(batch.start(i) - start, '*');
        }
        return arrays;
    }
}
