/**
 * Client tracking: which sessions may have which keys in caches of their own, and the way of the nodes' invalidations to them.
 * Knows channels to nodes; of sessions only that they track.
 */
@NullMarked
package io.slotgate.proxy.tracking;

import org.jspecify.annotations.NullMarked;
