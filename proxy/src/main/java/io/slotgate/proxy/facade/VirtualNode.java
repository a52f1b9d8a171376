package io.slotgate.proxy.facade;

import io.netty.util.NetUtil;

/**
 * One end of ours in the form of a cluster's node.
 *
 * @param id 40 hex digits, the same from every proxy of the fleet
 * @param host name or address that the client can reach us by
 * @param port port there
 * @param tls whether that port wants TLS
 * @param primary primary or replica of the one shard
 * @param myself whether it is the port the asking client came through
 */
record VirtualNode(String id, String host, int port, boolean tls, boolean primary, boolean myself) {
    /** Whether the host is a name, not an address: then the answers have it as {@code hostname} too. */
    boolean named() {
        return !NetUtil.isValidIpV4Address(host) && !NetUtil.isValidIpV6Address(host);
    }
}
