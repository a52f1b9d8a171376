/**
 * Subscriptions: one at the nodes for each channel of the whole process, and the way of its messages to the sessions that
 * want them. Knows channels to nodes; of sessions only that they are subscribers.
 */
@NullMarked
package io.slotgate.proxy.pubsub;

import org.jspecify.annotations.NullMarked;
