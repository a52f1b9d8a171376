package io.slotgate.topology.fleet;

import io.slotgate.topology.model.HostPort;
import org.jspecify.annotations.Nullable;

/**
 * A redirect that one proxy met.
 *
 * @param epoch config epoch that held the slot there when it came, -1 for a slot without an owner: who knows a higher one
 *        has later news already
 */
record ToldRedirect(int slot, long epoch, HostPort owner, @Nullable HostPort from) {}
