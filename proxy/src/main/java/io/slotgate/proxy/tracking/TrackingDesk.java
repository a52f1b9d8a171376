package io.slotgate.proxy.tracking;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.worker.Backlog;
import io.slotgate.proxy.worker.Worker;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Which sessions of one worker track which keys: asks the {@link InvalidationHub} for what it needs, and tells each session
 * of the keys that it may have. A key that a session has read is told once, and tracked again when it is read again. Confined
 * to its worker, but for the methods that say otherwise.
 */
public final class TrackingDesk {
    /** Keys of a session that has left, forgotten in one turn, so that others don't wait long. */
    private static final int FORGOTTEN_AT_ONCE = 10_000;

    /** Waits until the nodes tell of all the keys that it has asked for. Called on the desk's worker. */
    public interface Waiter {
        void onCovered();

        void onFailed(String error);
    }

    /** A waiter, and what it waits for. */
    private record Waiting(long version, Waiter waiter) {}

    /** Sessions that want to hear of the same keys whether they have read them or not. */
    private static final class Group {
        private final Set<Enrolment> members = new LinkedHashSet<>();
        private final Gathering gathering = new Gathering();
    }

    private final Worker worker;
    private final InvalidationHub hub;
    private long patienceMillis;
    private final KeyTable table;
    private final TrackedKey probe = new TrackedKey();
    private final Set<Enrolment> enrolled = new LinkedHashSet<>();
    private final Map<Prefixes, Group> groups = new LinkedHashMap<>();
    /** What the hub is to tell of, and for how many. */
    private final Map<Prefixes, Integer> needs = new HashMap<>();
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private final List<Enrolment> touched = new ArrayList<>();
    private final Backlog backlog;
    private long version;

    /**
     * @param mostKeys keys tracked, each counted once for each session
     * @param mostBytes the memory they may take, as reckoned by their length and number
     * @param patienceMillis how long the nodes may take to begin
     */
    public TrackingDesk(Worker worker, InvalidationHub hub, long mostKeys, long mostBytes, long patienceMillis) {
        this.worker = worker;
        this.backlog = new Backlog(worker);
        this.hub = hub;
        this.patienceMillis = patienceMillis;
        this.table = new KeyTable(mostKeys, mostBytes);
    }

    /** From now on these bounds hold, as given at first. */
    public void limits(long mostKeys, long mostBytes, long patience) {
        table.most(mostKeys, mostBytes);
        patienceMillis = patience;
    }

    // ---- sessions come and go

    /** A session that will track. */
    public Enrolment enrol(Tracker tracker) {
        return new Enrolment(tracker);
    }

    /**
     * Asks the nodes for these keys, until {@link #noNeed}.
     *
     * @param waiter told once, later, when all nodes tell of them, or that they can't be had
     */
    public void need(Prefixes prefixes, Waiter waiter) {
        needs.merge(prefixes, 1, Integer::sum);
        tellHub();
        Waiting mine = new Waiting(version, waiter);
        waiting.add(mine);
        worker.loop().schedule(() -> {
            if (waiting.remove(mine)) {
                waiter.onFailed("CLUSTERDOWN not all primaries could be reached for " + patienceMillis
                        + " ms to track keys there");
            }
        }, patienceMillis, TimeUnit.MILLISECONDS);
    }

    /** What was asked for with {@link #need} is no longer of use to who asked. */
    public void noNeed(Prefixes prefixes) {
        needs.computeIfPresent(prefixes, (key, count) -> count == 1 ? null : count - 1);
        tellHub();
    }

    /** {@code waiter} is not to be told any more. */
    public void forget(Waiter waiter) {
        waiting.removeIf(each -> each.waiter() == waiter);
    }

    private void tellHub() {
        version++;
        hub.need(this, Prefixes.union(needs.keySet()), version);
    }

    /**
     * From now on a session tracks. What it needs of the nodes, {@code needed}, must be there, and is the enrolment's own from
     * here on.
     *
     * @param broadcast keys it wants to hear of without having read them; null: it tracks what it reads
     */
    public void join(Enrolment enrolment, Prefixes needed, @Nullable Prefixes broadcast) {
        leaveGroup(enrolment);
        if (enrolment.on) {
            noNeed(enrolment.needed);
        } else {
            enrolment.on = true;
            enrolled.add(enrolment);
            worker.counters().trackingSessions++;
        }
        enrolment.needed = needed;
        if (broadcast != null) {
            enrolment.broadcast = broadcast;
            groups.computeIfAbsent(broadcast, key -> new Group()).members.add(enrolment);
        }
    }

    /** A session tracks no longer. */
    public void leave(Enrolment enrolment) {
        if (!enrolment.on) {
            return;
        }
        leaveGroup(enrolment);
        enrolment.on = false;
        enrolled.remove(enrolment);
        worker.counters().trackingSessions--;
        noNeed(enrolment.needed);
        enrolment.needed = Prefixes.NONE;
        Set<TrackedKey> left = enrolment.keys;
        enrolment.keys = new HashSet<>();
        forget(enrolment, left.iterator());
    }

    private void leaveGroup(Enrolment enrolment) {
        Group group = groups.get(enrolment.broadcast);
        if (group != null) {
            group.members.remove(enrolment);
            if (group.members.isEmpty()) {
                groups.remove(enrolment.broadcast);
            }
        }
        enrolment.broadcast = Prefixes.NONE;
    }

    private void forget(Enrolment gone, Iterator<TrackedKey> left) {
        for (int i = 0; i < FORGOTTEN_AT_ONCE && left.hasNext(); i++) {
            table.remove(left.next(), gone);
        }
        count();
        if (left.hasNext() && !worker.handOver(() -> forget(gone, left))) {
            table.clear();
        }
    }

    // ---- keys are read

    /** A session is about to read a key: it is told of the next change. */
    public void track(Enrolment enrolment, ByteBuf buffer, int start, int length) {
        probe.fill(buffer, start, length);
        trackProbe(enrolment);
    }

    /** The same. */
    public void track(Enrolment enrolment, byte[] key) {
        probe.fill(key);
        trackProbe(enrolment);
    }

    private void trackProbe(Enrolment enrolment) {
        if (enrolment.keys.contains(probe)) {
            return;
        }
        while (table.full(probe.length())) {
            evict();
        }
        enrolment.keys.add(table.add(probe, enrolment));
        count();
    }

    /** A session is not to be told of the next change of a key. */
    public void untrack(Enrolment enrolment, byte[] key) {
        probe.fill(key);
        if (enrolment.keys.remove(probe)) {
            table.remove(probe, enrolment);
            count();
        }
    }

    /** There is no room for the eldest key: as the server does then, those who track it are told that it is invalid. */
    private void evict() {
        TrackedKey eldest = table.eldest();
        Watchers watchers = eldest == null ? null : table.take(eldest);
        if (eldest == null || watchers == null) {
            return;
        }
        worker.counters().trackingEvicted++;
        watchers.forEach(enrolment -> {
            enrolment.keys.remove(eldest);
            if (enrolment.on && enrolment.gathering.add(worker.allocator(), eldest)) {
                touched.add(enrolment);
            }
        });
        tellTouched();
    }

    private void count() {
        worker.counters().trackedKeys = table.entries();
        worker.counters().trackedBytes = table.bytes();
    }

    // ---- the hub answers

    /** The nodes tell of everything that was asked for up to {@code reached}. Any thread. */
    void covered(long reached) {
        worker.handOver(() -> {
            for (Waiting each : List.copyOf(waiting)) {
                if (each.version() <= reached && waiting.remove(each)) {
                    each.waiter().onCovered();
                }
            }
        });
    }

    /** A node refused what was asked for up to {@code reached}. Any thread. */
    void failed(long reached, String error) {
        worker.handOver(() -> {
            for (Waiting each : List.copyOf(waiting)) {
                if (each.version() <= reached && waiting.remove(each)) {
                    each.waiter().onFailed(error);
                }
            }
        });
    }

    /** Keys that were handed over and not told yet. Any thread. */
    Backlog backlog() {
        return backlog;
    }

    /** Hands invalid keys over. Any thread. */
    void hand(KeyBatch batch) {
        backlog.hand(batch.data(), batch.bytes(), () -> deliver(batch));
    }

    private void deliver(KeyBatch batch) {
        try {
            if (batch.isEverything()) {
                everythingInvalid();
            } else if (batch.isUnknown()) {
                anythingInvalid();
            }
            for (int i = 0; i < batch.size(); i++) {
                invalid(batch.data(), batch.start(i), batch.length(i));
            }
            tellTouched();
            for (Group group : List.copyOf(groups.values())) {
                if (group.gathering.count() > 0) {
                    int keys = group.gathering.count();
                    tell(List.copyOf(group.members), group.gathering.take(worker.allocator()), keys);
                }
            }
        } finally {
            worker.counters().trackingQueuedBytes = backlog.done(batch.data(), batch.bytes());
            count();
        }
    }

    private void invalid(ByteBuf buffer, int start, int length) {
        for (Map.Entry<Prefixes, Group> group : groups.entrySet()) {
            if (group.getKey().match(buffer, start, length)) {
                group.getValue().gathering.add(worker.allocator(), buffer, start, length);
            }
        }
        if (table.entries() == 0) {
            return;
        }
        probe.fill(buffer, start, length);
        Watchers watchers = table.take(probe);
        if (watchers != null) {
            watchers.forEach(enrolment -> {
                enrolment.keys.remove(probe);
                if (enrolment.on && enrolment.gathering.add(worker.allocator(), buffer, start, length)) {
                    touched.add(enrolment);
                }
            });
        }
    }

    private void everythingInvalid() {
        table.clear();
        enrolled.forEach(enrolment -> enrolment.keys = new HashSet<>());
        countFlush();
        tell(List.copyOf(enrolled), Invalidation.everything(worker.allocator()), 1);
    }

    /** Only those who track what they have read are told what that is; others have caches of which nothing is known. */
    private void anythingInvalid() {
        table.clear();
        countFlush();
        List<Enrolment> all = new ArrayList<>();
        for (Enrolment enrolment : List.copyOf(enrolled)) {
            Set<TrackedKey> known = enrolment.keys;
            enrolment.keys = new HashSet<>();
            if (!enrolment.broadcast.equals(Prefixes.NONE) || !NamedKeys.tell(worker.allocator(), known,
                    (some, keys) -> tell(List.of(enrolment), some, keys))) {
                all.add(enrolment);
            }
        }
        tell(all, Invalidation.everything(worker.allocator()), 1);
    }

    private void countFlush() {
        if (!enrolled.isEmpty()) {
            worker.counters().trackingFlushes++;
        }
    }

    private void tellTouched() {
        for (Enrolment enrolment : touched) {
            int keys = enrolment.gathering.count();
            tell(List.of(enrolment), enrolment.gathering.take(worker.allocator()), keys);
        }
        touched.clear();
    }

    private void tell(List<Enrolment> enrolments, Invalidation invalidation, int keys) {
        try {
            for (Enrolment enrolment : enrolments) {
                if (enrolment.on) {
                    worker.counters().invalidations += keys;
                    enrolment.tracker.invalidated(invalidation);
                }
            }
        } finally {
            invalidation.release();
        }
    }
}
