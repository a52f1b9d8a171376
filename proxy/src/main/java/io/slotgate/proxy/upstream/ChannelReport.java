package io.slotgate.proxy.upstream;

import io.slotgate.topology.model.HostPort;

/**
 * How a channel to a node is.
 *
 * @param lane what it is for
 * @param protocol 2 or 3, of RESP
 * @param state where it stands, a word
 * @param waiting commands that the node has not answered yet
 */
public record ChannelReport(HostPort node, String lane, int protocol, String state, int waiting) {}
