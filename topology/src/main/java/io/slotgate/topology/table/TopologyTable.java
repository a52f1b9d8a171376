package io.slotgate.topology.table;

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
 * <li>A redirect moves its slot at once. It outranks claims of the epoch that held the slot, and ends with a higher
 * epoch, a later view of the named node without the slot, or after eight rounds.
 * <li>A lost node is suspected until it answers a probe of a later round.
 * </ol>
 */
public final class TopologyTable {
    private static final Logger log = LoggerFactory.getLogger(TopologyTable.class);

    private final List<Consumer<SlotMap>> listeners = new CopyOnWriteArrayList<>();
    private final Queue<SlotMap> toTell = new ArrayDeque<>();
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
        Consumer<SlotMap> subscribed = map -> tell(listener, map);
        listeners.add(subscribed);
        return () -> listeners.remove(subscribed);
    }

    /** Merges what was learned, and publishes a new map if that changes it. May wait for another observer's listeners. */
    public synchronized void observe(Observation observation) {
        Evidence after = evidence.merge(observation);
        if (after == evidence) {
            return;
        }
        SlotMap map = after.assemble();
        evidence = after;
        if (map.describesSameAs(current)) {
            return;
        }
        current = map.withVersion(current.version() + 1);
        toTell.add(current);
        tellListeners();
    }

    /** A listener may observe in turn: what that publishes waits until all have heard of the map before. */
    private void tellListeners() {
        if (telling) {
            return;
        }
        telling = true;
        try {
            for (SlotMap map = toTell.poll(); map != null; map = toTell.poll()) {
                for (Consumer<SlotMap> listener : listeners) {
                    listener.accept(map);
                }
            }
        } finally {
            telling = false;
        }
    }

    private static void tell(Consumer<SlotMap> listener, SlotMap map) {
        try {
            listener.accept(map);
        } catch (RuntimeException | Error e) {
            log.atError().addKeyValue("version", map.version()).setCause(e).log("Slot map listener failed");
        }
    }
}
