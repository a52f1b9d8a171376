/**
 * The way in: transports, TLS contexts, listeners, and the gate that keeps a storm of new connections from stalling the
 * established ones. Hands every connection to a session when it is ready to speak RESP; no command and no reply may come
 * in here.
 *
 * <p>
 * And the proxy as a whole, which is the one place that knows all rooms: {@code ProxyStart} puts it together in the order in which
 * it starts, {@code Shutdown} has the order in which it ends, and {@link io.slotgate.proxy.server.ProxyServer} is what may be asked
 * of it in between.
 */
@NullMarked
package io.slotgate.proxy.server;

import org.jspecify.annotations.NullMarked;
