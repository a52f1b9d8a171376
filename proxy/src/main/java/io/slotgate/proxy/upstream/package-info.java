/**
 * A worker's channels to nodes: commands go out pipelined, replies come back in the same order. Knows what was sent and
 * what was answered; what an error of a node means, who asked and where a command belongs is for other rooms.
 *
 * <p>Of a channel, {@code UpstreamChannel} sends, {@code Replies} gives each command its reply, and {@code Connection} sees to it that
 * there is something to send over: it makes a connection, and another one when that was lost, and knows nothing of commands.
 */
@NullMarked
package io.slotgate.proxy.upstream;

import org.jspecify.annotations.NullMarked;
