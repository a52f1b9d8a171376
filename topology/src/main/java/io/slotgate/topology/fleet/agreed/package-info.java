/**
 * Settings that all proxies of a fleet agree on: a small versioned map of texts, durable, with one order of changes. By
 * jgroups-raft where there are voters, in a file where a proxy is alone. Knows no other room.
 */
@NullMarked
package io.slotgate.topology.fleet.agreed;

import org.jspecify.annotations.NullMarked;
