/** What all connections of a process have in common, those of clients and those of probes. */
@NullMarked
package io.slotgate.topology.net;

import org.jspecify.annotations.NullMarked;
