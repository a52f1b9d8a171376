package io.slotgate.topology.table;

import io.slotgate.topology.model.Cause;
import io.slotgate.topology.model.SlotMap;

/**
 * One map after another.
 *
 * @param before the map until now
 * @param after the map from now on, of the next version
 * @param cause what was learned that made the difference
 */
public record MapChange(SlotMap before, SlotMap after, Cause cause) {}
