/**
 * A worker's channels to nodes: commands go out pipelined, replies come back in the same order. Knows what was sent and
 * what was answered; what an error of a node means, who asked and where a command belongs is for other rooms.
 */
@NullMarked
package io.slotgate.proxy.upstream;

import org.jspecify.annotations.NullMarked;
