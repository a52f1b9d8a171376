/**
 * RESP2, RESP3 and inline frames: finding where they end, and writing them. Knows bytes only: no command, no session, no
 * channel may come in.
 *
 * @see <a href="https://valkey.io/topics/protocol/">Valkey serialization protocol</a>
 */
@NullMarked
package io.slotgate.proxy.resp;

import org.jspecify.annotations.NullMarked;
