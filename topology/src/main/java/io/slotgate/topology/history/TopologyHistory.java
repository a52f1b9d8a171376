package io.slotgate.topology.history;

import io.slotgate.topology.model.Cause;
import io.slotgate.topology.table.MapChange;
import io.slotgate.topology.table.Subscription;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.ListIterator;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last {@value #KEPT} things that happened, oldest first. What belongs to an event of the last ten seconds makes that
 * one grow instead of adding another: a resharding of 500 slots is one event, however long it takes, and so is a failover
 * that redirects showed slot by slot. Any thread; not for event loops, for who records waits for those who listen.
 */
public final class TopologyHistory {
    /** Entries kept. */
    public static final int KEPT = 512;

    private static final Logger log = LoggerFactory.getLogger(TopologyHistory.class);
    private static final Duration GROWS_FOR = Duration.ofSeconds(10);

    private final InstantSource clock;
    private final HistoryLog lines = new HistoryLog();
    private final List<Consumer<HistoryEntry>> listeners = new CopyOnWriteArrayList<>();

    // guarded by this; in order of ids
    private final List<HistoryEntry> entries = new ArrayList<>(KEPT + 1);
    private long lastId;
    private long mapVersion;

    public TopologyHistory(InstantSource clock) {
        this.clock = clock;
    }

    /** Takes in what a new map shows. */
    public synchronized void onChange(MapChange change) {
        mapVersion = change.after().version();
        MapDiff.between(change.before(), change.after()).forEach(event -> record(event, change.cause()));
    }

    /** Adds what happened now. */
    public void record(TopologyEvent event, Cause cause) {
        Instant now = clock.instant();
        record(event, cause, now, now);
    }

    /** Adds what began at {@code since} and has ended now. */
    public void record(TopologyEvent event, Cause cause, Instant since) {
        record(event, cause, since, clock.instant());
    }

    private synchronized void record(TopologyEvent event, Cause cause, Instant since, Instant now) {
        if (!growsLast(event, now)) {
            lastId++;
            add(new HistoryEntry(lastId, lastId, since, now, mapVersion, 1, cause, event));
        }
    }

    private boolean growsLast(TopologyEvent event, Instant now) {
        ListIterator<HistoryEntry> newestFirst = entries.listIterator(entries.size());
        while (newestFirst.hasPrevious()) {
            HistoryEntry entry = newestFirst.previous();
            TopologyEvent grown = isRecent(entry, now) ? entry.event().with(event) : null;
            if (grown != null) {
                boolean again = event.equals(entry.event()) && grown.equals(event) && event.isCounted();
                if (again || !grown.equals(entry.event())) {
                    newestFirst.remove();
                    add(entry.grown(++lastId, now, mapVersion, again ? 1 : 0, grown));
                } else {
                    newestFirst.set(entry.confirmed(now));
                }
                return true;
            }
        }
        return false;
    }

    private static boolean isRecent(HistoryEntry entry, Instant now) {
        return Duration.between(entry.until(), now).compareTo(GROWS_FOR) <= 0;
    }

    private void add(HistoryEntry entry) {
        entries.add(entry);
        if (entries.size() > KEPT) {
            entries.removeFirst();
        }
        lines.on(entry);
        listeners.forEach(listener -> listener.accept(entry));
    }

    private static void tell(Consumer<HistoryEntry> listener, HistoryEntry entry) {
        try {
            listener.accept(entry);
        } catch (RuntimeException | Error e) {
            log.atError().addKeyValue("event", entry.id()).setCause(e).log("History listener failed");
        }
    }

    /** Entries of higher ids than this, oldest first; 0 for all there are. */
    public synchronized List<HistoryEntry> since(long id) {
        List<HistoryEntry> later = new ArrayList<>();
        for (HistoryEntry entry : entries) {
            if (entry.id() > id) {
                later.add(entry);
            }
        }
        return later;
    }

    /** The newest entry, {@code null} before the first. */
    public synchronized @Nullable HistoryEntry last() {
        return entries.isEmpty() ? null : entries.getLast();
    }

    /**
     * Has {@code listener} called with every entry from now on, those that grow included, in the order of their ids. It must be
     * quick, for the others wait, and must not wait for anybody who records; what it throws is logged and concerns nobody
     * else.
     */
    public Subscription subscribe(Consumer<HistoryEntry> listener) {
        Consumer<HistoryEntry> own = entry -> tell(listener, entry);
        listeners.add(own);
        return () -> listeners.remove(own);
    }

    /** Logs what has ended by now; to be called about once a second. */
    public synchronized void settle() {
        Instant now = clock.instant();
        lines.settle(entry -> !isRecent(entry, now));
    }
}
