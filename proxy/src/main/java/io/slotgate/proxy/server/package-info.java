/**
 * The way in: transports, TLS contexts, listeners, and the gate that keeps a storm of new connections from stalling the
 * established ones. Hands every connection to a session when it is ready to speak RESP; no command and no reply may come
 * in here.
 */
@NullMarked
package io.slotgate.proxy.server;

import org.jspecify.annotations.NullMarked;
