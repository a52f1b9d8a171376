package io.slotgate.topology.table;

import io.slotgate.topology.model.Cause;
import io.slotgate.topology.model.Observation;
import io.slotgate.topology.model.SlotMap;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The live holder of the current slot map. Any thread may read it and observe; one observation is merged at a time. The
 * rules of merging are those of {@link Evidence}, {@link Census}, {@link SlotClaims} and {@link Hint}:
 *
 * <ol>
 * <li>The latest view of each node is kept; what a map says follows from all views, so their order and repetition do not
 * matter.
 * <li>A node is in the map while a view of the last two rounds lists it, with the worst health any of them tells;
 * suspected, if none of the newest round does.
 * <li>Per slot the claim of the higher config epoch wins; a claim its own node denies in as new a view is void.
 * <li>A redirect moves its slot at once. It outranks claims of the epoch that held the slot, and what others say of the node that
 * sent it; it ends with a higher epoch of a third node, a later view of the named node without the slot or of the sender with it,
 * or after eight rounds.
 * <li>A lost node is suspected until it answers a probe of a later round.
 * </ol>
 */
public final class TopologyTable {
    private static final Logger log = LoggerFactory.getLogger(TopologyTable.class);

    private final List<Consumer<MapChange>> listeners = new CopyOnWriteArrayList<>();
    private final Queue<MapChange> toTell = new ArrayDeque<>();
    private boolean telling;
    private Evidence evidence = Evidence.NONE;
    private volatile SlotMap current = SlotMap.empty();

    /** The map as of now; a volatile read. */
    public SlotMap current() {
        return current;
    }

    /**
     * Has {@code listener} called with every map published from now on, in order of versions, on the thread that
     * observed, after {@link #current()} gives that map or a later one. It must be quick, for other observers wait; what
     * it throws is logged and concerns nobody else.
     */
    public Subscription subscribe(Consumer<SlotMap> listener) {
        return watch(change -> listener.accept(change.after()));
    }

    /** As {@link #subscribe}, with the map before and why there is another one. */
    public Subscription watch(Consumer<MapChange> listener) {
        Consumer<MapChange> subscribed = change -> tell(listener, change);
        listeners.add(subscribed);
        return () -> listeners.remove(subscribed);
    }

    /** Merges what was learned, and publishes a new map if that changes it. May wait for another observer's listeners. */
    public void observe(Observation observation) {
        observe(observation, Cause.of(observation));
    }

    /**
     * The same for what came to be known in another way.
     *
     * @param cause how
     */
    public synchronized void observe(Observation observation, Cause cause) {
        Evidence after = evidence.merge(observation);
        if (after == evidence) {
            return;
        }
        SlotMap map = after.assemble();
        evidence = after;
        if (map.describesSameAs(current)) {
            return;
        }
        SlotMap before = current;
        current = map.withVersion(before.version() + 1);
        toTell.add(new MapChange(before, current, cause));
        tellListeners();
    }

    /** A listener may observe in turn: what that publishes waits until all have heard of the map before. */
    private void tellListeners() {
        if (telling) {
            return;
        }
        telling = true;
        try {
            for (MapChange change = toTell.poll(); change != null; change = toTell.poll()) {
                for (Consumer<MapChange> listener : listeners) {
                    listener.accept(change);
                }
            }
        } finally {
            telling = false;
        }
    }

    private static void tell(Consumer<MapChange> listener, MapChange change) {
        try {
            listener.accept(change);
        } catch (RuntimeException | Error e) {
            log.atError().addKeyValue("version", change.after().version()).setCause(e).log("Slot map listener failed");
        }
    }
}
