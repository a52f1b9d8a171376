/**
 * A data plane of one worker, put together for tests: fake nodes on the loopback interface, a real event loop, real clients.
 * Knows what nodes and clients send, not how the plane works inside.
 */
@NullMarked
package io.slotgate.proxy.plane;

import org.jspecify.annotations.NullMarked;
