package io.slotgate.proxy.upstream;

import io.slotgate.topology.model.Health;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Node;
import io.slotgate.topology.model.Role;
import io.slotgate.topology.model.SlotMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * What redirects have said of slots lately. A map that comes after a redirect may have been made before that was heard of. Taken at
 * its word it would have commands go back to the node that has just sent them away; and if the slot returns there just then, the
 * first of them are still sent away, the others executed, and so they change places. At most one redirect is kept for each slot.
 * Confined to its worker.
 */
final class RedirectedSlots {
    /** Longer than it takes from a redirect to a map that knows of it. Who is sent to the wrong node after that is redirected. */
    private static final long HOLDS_NANOS = TimeUnit.SECONDS.toNanos(1);

    private record Redirected(HostPort owner, long at) {}

    private final Map<Integer, Redirected> bySlot = new HashMap<>();

    /** Whether a redirect has counted beside the present map. */
    private boolean overruling;

    /** A node said at {@code now}, {@link System#nanoTime}, that the slot is {@code owner}'s. */
    void add(int slot, HostPort owner, long now) {
        bySlot.put(slot, new Redirected(owner, now));
    }

    /** Whether a redirect that still counts beside the present map no longer should: it is to be followed again. */
    boolean over(long now) {
        return overruling
                && bySlot.values().stream().anyMatch(redirected -> now - redirected.at() > HOLDS_NANOS);
    }

    /** Gives {@code each} the slots whose redirects still count beside a new map, and their owners. */
    void follow(SlotMap map, long now, BiConsumer<Integer, HostPort> each) {
        overruling = false;
        bySlot.values().removeIf(redirected -> now - redirected.at() > HOLDS_NANOS);
        bySlot.forEach((slot, redirected) -> {
            Node owner = map.node(redirected.owner());
            if (owner != null && owner.role() == Role.PRIMARY && owner.health() != Health.FAILED) {
                each.accept(slot, redirected.owner());
                overruling = true;
            }
        });
    }
}
