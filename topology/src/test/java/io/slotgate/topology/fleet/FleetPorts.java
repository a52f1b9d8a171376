package io.slotgate.topology.fleet;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for members, which have to know each other's before they bind them: below the range from which Linux gives ports to whoever
 * wants any, and of this JVM's own ({@code -Dslotgate.test.ports=first-last}), so that none is lost in between. Another each time,
 * for nobody may have bound the last one yet.
 */
final class FleetPorts {
    private static final String[] RANGE = System.getProperty("slotgate.test.ports", "22000-22979").split("-");
    private static final int FIRST = Integer.parseInt(RANGE[0]);
    private static final int COUNT = Integer.parseInt(RANGE[1]) - FIRST + 1;

    private static int next = ThreadLocalRandom.current().nextInt(COUNT);

    private FleetPorts() {}

    /** One that is free at 127.0.0.1. */
    static int take() throws IOException {
        return take(1);
    }

    /** One that is free at each of so many addresses from 127.0.0.1 on. */
    static synchronized int take(int addresses) throws IOException {
        for (int i = 0; i < COUNT; i++) {
            int port = FIRST + next++ % COUNT;
            if (isFree(addresses, port)) {
                return port;
            }
        }
        throw new BindException("no port of " + String.join("-", RANGE) + " is free");
    }

    private static boolean isFree(int addresses, int port) throws IOException {
        for (int i = 1; i <= addresses; i++) {
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress("127.0.0." + i, port));
            } catch (BindException taken) {
                return false;
            }
        }
        return true;
    }
}
