/** What is known of the cluster, as immutable values: no I/O, no threads, no other room may be imported here. */
@NullMarked
package io.slotgate.topology.model;

import org.jspecify.annotations.NullMarked;
