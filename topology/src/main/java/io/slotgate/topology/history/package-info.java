/**
 * What has changed, when and why, for operators: each published slot map is compared with the one before it, and the
 * differences are kept, with what else the proxy has to tell, in a bounded list that can be followed. Knows the model and
 * the table; nothing else of the topology knows it.
 */
@NullMarked
package io.slotgate.topology.history;

import org.jspecify.annotations.NullMarked;
