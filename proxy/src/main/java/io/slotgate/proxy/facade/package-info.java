/**
 * The answers Slotgate gives itself: the session's own state (HELLO, AUTH, CLIENT …), the cluster as clients see it (one
 * virtual shard that is us), and every refusal. Reads a request frame and a {@link io.slotgate.proxy.facade.ClientState},
 * writes one reply; no channel, no upstream connection, no pipeline and no clock but for ages may come in.
 */
@NullMarked
package io.slotgate.proxy.facade;

import org.jspecify.annotations.NullMarked;
