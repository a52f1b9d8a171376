/**
 * The scripts that clients have shown, so that EVALSHA finds its script at any node: after a failover, on a shard that is new,
 * on one that never saw the EVAL. Keeps and shares them; loading them is the channels' and the redirects' work.
 */
@NullMarked
package io.slotgate.proxy.script;

import org.jspecify.annotations.NullMarked;
