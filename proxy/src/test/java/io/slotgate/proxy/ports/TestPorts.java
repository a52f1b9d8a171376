package io.slotgate.proxy.ports;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports of the loopback address that nobody listens on, for tests that have to know them before they are bound; everything else
 * binds port 0. They lie below the range from which Linux gives ports to whoever wants any, and each JVM that runs tests at the
 * same time has some of its own ({@code -Dslotgate.test.ports=first-last}), so that none is lost between looking and binding.
 * None is given twice.
 */
public final class TestPorts {
    private static final String[] RANGE = System.getProperty("slotgate.test.ports", "22000-22979").split("-");
    private static final int FIRST = Integer.parseInt(RANGE[0]);
    private static final int COUNT = Integer.parseInt(RANGE[1]) - FIRST + 1;

    /** Elsewhere in each JVM, for one that was killed may have left something behind. */
    private static int next = ThreadLocalRandom.current().nextInt(COUNT);
    private static int looked;

    private TestPorts() {}

    public static int take() throws IOException {
        return take(1).getFirst();
    }

    /** @throws IOException if there are not so many left */
    public static synchronized List<Integer> take(int wanted) throws IOException {
        List<Integer> ports = new ArrayList<>();
        while (ports.size() < wanted) {
            if (looked++ == COUNT) {
                throw new IOException("all ports of " + String.join("-", RANGE) + " are taken");
            }
            int port = FIRST + next++ % COUNT;
            if (isFree(port)) {
                ports.add(port);
            }
        }
        return ports;
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
