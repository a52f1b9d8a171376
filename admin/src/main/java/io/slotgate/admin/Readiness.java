package io.slotgate.admin;

import io.slotgate.admin.view.ProxyView;
import io.slotgate.topology.model.SlotMap;
import org.jspecify.annotations.Nullable;

/**
 * Whether a proxy serves.
 *
 * @param obstacle why it does not; null if it does
 */
record Readiness(@Nullable String obstacle) {
    /** @param proxy null while it starts */
    static Readiness of(@Nullable ProxyView proxy) {
        if (proxy == null) {
            return new Readiness("starting: the cluster has not been reached yet, or the listeners are not open");
        }
        int covered = proxy.slots().coveredSlots();
        if (covered < SlotMap.SLOTS) {
            return new Readiness(
                    "slots without an owner: " + (SlotMap.SLOTS - covered) + " of " + SlotMap.SLOTS);
        }
        return new Readiness(proxy.ready() ? null : "stopping: the listeners are closed");
    }
}
