/**
 * The proxies in front of one cluster telling each other what they learn: members, changes of the slot map at once, and
 * anti-entropy for what was missed. {@link io.slotgate.topology.fleet.Gossip} is the pure part; JGroups carries its
 * messages and is loaded only where a fleet is configured. Knows the model and the codec its messages are written in; nothing here runs on a worker.
 */
@NullMarked
package io.slotgate.topology.fleet;

import org.jspecify.annotations.NullMarked;
