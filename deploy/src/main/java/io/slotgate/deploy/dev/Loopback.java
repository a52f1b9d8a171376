package io.slotgate.deploy.dev;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** 127.0.0.1, where all nodes are; not the JDK's loopback address, which may be ::1. */
final class Loopback {
    static final String HOST = "127.0.0.1";

    private Loopback() {}

    static InetSocketAddress at(int port) throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByAddress(new byte[]{127, 0, 0, 1}), port);
    }
}
