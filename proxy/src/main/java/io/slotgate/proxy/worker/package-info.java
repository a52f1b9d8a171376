/**
 * A worker: one event loop and what everything on it shares, that is buffers, counters and the end of the turn; and what is on
 * its way to it from another one. Knows nothing of sessions, channels to nodes, or commands.
 */
@NullMarked
package io.slotgate.proxy.worker;

import org.jspecify.annotations.NullMarked;
