/**
 * A worker: one event loop and what everything on it shares, that is buffers, counters and the end of the turn. Knows
 * nothing of sessions, channels to nodes, or commands.
 */
@NullMarked
package io.slotgate.proxy.worker;

import org.jspecify.annotations.NullMarked;
