package io.slotgate.proxy.observe;

import org.jspecify.annotations.Nullable;

/**
 * The way of one command: read, sent to a node, answered by it, or by the proxy for want of a node. Immutable.
 *
 * @param name as the server has it, in lower case
 * @param slot negative if it has none
 * @param node address of the node that answered; null if none did
 * @param endMillis when the answer came, milliseconds since 1970
 * @param totalNanos from the reading of the command to the answer
 * @param upstreamNanos from the sending to the answer; 0 if that is not known
 * @param error whether the answer is an error
 */
public record CommandTrace(String name, int slot, @Nullable String node, long endMillis, long totalNanos,
        long upstreamNanos,
        boolean error) {}
