/**
 * What the proxy itself saw of the commands that passed: how many, how long they took here and at the nodes, which slots and
 * keys they were about. Written by one worker's event loop without locks or garbage; read by others as immutable snapshots.
 * Knows commands and frames, the codec for what other proxies
 * are told, and nothing of connections.
 */
@NullMarked
package io.slotgate.proxy.observe;

import org.jspecify.annotations.NullMarked;
