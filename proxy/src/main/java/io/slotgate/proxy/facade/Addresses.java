package io.slotgate.proxy.facade;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Addresses as text, without ever asking a name server. */
final class Addresses {
    private Addresses() {}

    /** The IP address as a literal, without an IPv6 zone; the name if it was never resolved. */
    static String literal(InetSocketAddress address) {
        InetAddress ip = address.getAddress();
        if (ip == null) {
            return address.getHostString();
        }
        String text = ip.getHostAddress();
        int zone = text.indexOf('%');
        return zone < 0 ? text : text.substring(0, zone);
    }
}
