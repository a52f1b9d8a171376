/**
 * Asks the nodes of the cluster how it looks, and feeds what they say to the topology table. The only room that may
 * import Lettuce and Netty; it runs on threads of its own, never on a worker, and knows nothing of the proxy.
 */
@NullMarked
package io.slotgate.topology.discovery;

import org.jspecify.annotations.NullMarked;
