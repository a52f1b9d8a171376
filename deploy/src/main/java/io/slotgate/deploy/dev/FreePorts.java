package io.slotgate.deploy.dev;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports of the loopback address for cluster nodes, each free together with its bus port, 10000 above. All of them lie
 * below the range from which Linux gives ports to outgoing connections, so that none is lost between looking and binding.
 */
final class FreePorts {
    private static final int FIRST = 17_000;
    private static final int COUNT = 5_000;
    private static final int BUS_OFFSET = 10_000;

    private FreePorts() {}

    /** @throws IOException if there are not {@code wanted} such ports */
    static List<Integer> take(int wanted) throws IOException {
        List<Integer> ports = new ArrayList<>();
        // From a random place on: others on this machine look for ports too.
        int start = ThreadLocalRandom.current().nextInt(COUNT);
        for (int i = 0; i < COUNT && ports.size() < wanted; i++) {
            int port = FIRST + (start + i) % COUNT;
            if (isFree(port) && isFree(port + BUS_OFFSET)) {
                ports.add(port);
            }
        }
        if (ports.size() < wanted) {
            throw new IOException("free ports: " + ports.size() + " of " + FIRST + ".." + (FIRST + COUNT - 1)
                    + " (expected: " + wanted + ")");
        }
        return ports;
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(Loopback.at(port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
