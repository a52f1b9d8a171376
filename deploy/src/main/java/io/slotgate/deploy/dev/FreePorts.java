package io.slotgate.deploy.dev;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Ports of the loopback address for cluster nodes, each free together with its bus port, 10000 above. All of them lie
 * below the range from which Linux gives ports to outgoing connections, so that none is lost between looking and binding.
 *
 * <p>The environment variable {@code SLOTGATE_DEV_PORTS}, such as {@code 17000-18999}, says which: so that those who start
 * clusters at the same time on one machine don't take ports from each other, also while a node is down and comes back.
 */
final class FreePorts {
    private static final String USUAL = "17000-21999";
    private static final int BUS_OFFSET = 10_000;
    private static final int LAST_PORT = 65_535 - BUS_OFFSET;
    private static final Pattern RANGE = Pattern.compile("(\\d{1,5})-(\\d{1,5})");

    private FreePorts() {}

    /** @throws IOException if there are not {@code wanted} such ports */
    static List<Integer> take(int wanted) throws IOException {
        return take(wanted, System.getenv().getOrDefault("SLOTGATE_DEV_PORTS", USUAL));
    }

    /**
     * @param range first and last port, {@code first-last}
     * @throws IOException if it is none, or there are not {@code wanted} such ports
     */
    static List<Integer> take(int wanted, String range) throws IOException {
        Matcher limits = RANGE.matcher(range);
        int first = limits.matches() ? Integer.parseInt(limits.group(1)) : 0;
        int last = limits.matches() ? Integer.parseInt(limits.group(2)) : 0;
        if (first < 1 || last < first || last > LAST_PORT) {
            throw new IOException("SLOTGATE_DEV_PORTS: " + range + " (expected: two ports, 1.." + LAST_PORT
                    + ", such as " + USUAL + ")");
        }
        int count = last - first + 1;
        List<Integer> ports = new ArrayList<>();
        // From a random place on: others on this machine look for ports too.
        int start = ThreadLocalRandom.current().nextInt(count);
        for (int i = 0; i < count && ports.size() < wanted; i++) {
            int port = first + (start + i) % count;
            if (isFree(port) && isFree(port + BUS_OFFSET)) {
                ports.add(port);
            }
        }
        if (ports.size() < wanted) {
            throw new IOException("free ports: " + ports.size() + " of " + range + " (expected: " + wanted + ")");
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
