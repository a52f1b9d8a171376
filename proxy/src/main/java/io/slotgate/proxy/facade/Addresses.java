package io.slotgate.proxy.facade;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Addresses as text, without ever asking a name server. */
final class Addresses {
    private Addresses() {}

    /** The IP address as a literal, IPv6 in its short form without a zone; the name if it was never resolved. */
    static String literal(InetSocketAddress address) {
        InetAddress ip = address.getAddress();
        return ip == null ? address.getHostString() : NetUtil.toAddressString(ip);
    }
}
