/**
 * One command that becomes several, and several replies that become one: splitting by slot, broadcasting to all primaries,
 * walking them with a cursor. Knows channels, not sessions.
 */
@NullMarked
package io.slotgate.proxy.fanout;

import org.jspecify.annotations.NullMarked;
