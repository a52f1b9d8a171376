package io.slotgate.proxy.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The sockets of this machine that listen on one address, ours among them.
 *
 * @param others inodes of the other ones
 * @param queued connections that wait to be accepted from ours
 * @see <a href="https://www.kernel.org/doc/html/latest/networking/proc_net_tcp.html">/proc/net/tcp</a>
 */
record ListeningSockets(Set<String> others, int queued) {
    private static final List<Path> TABLES = List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));
    private static final Path FILES = Path.of("/proc/self/fd");
    private static final String LISTENING = "0A";
    private static final int ADDRESS = 1;
    private static final int STATE = 3;
    private static final int QUEUES = 4;
    private static final int USER = 7;
    private static final int INODE = 9;

    /** @param descriptor of our socket; null if that can't be said here */
    static @Nullable ListeningSockets with(int descriptor) {
        try {
            String link = Files.readSymbolicLink(FILES.resolve(String.valueOf(descriptor))).toString();
            String inode = link.substring(link.indexOf('[') + 1, link.length() - 1);
            for (Path table : TABLES) {
                ListeningSockets found = Files.exists(table) ? in(Files.readAllLines(table), inode) : null;
                if (found != null) {
                    return found;
                }
            }
        } catch (IOException | RuntimeException e) {
            // Another system, or /proc is hidden from us.
        }
        return null;
    }

    /** @param lines of the kernel's table, the head first; null if ours is not among them */
    static @Nullable ListeningSockets in(List<String> lines, String inode) {
        List<String[]> listening = lines.stream().skip(1).map(line -> line.strip().split("\\s+"))
                .filter(fields -> fields.length > INODE && fields[STATE].equals(LISTENING)).toList();
        for (String[] own : listening) {
            if (own[INODE].equals(inode)) {
                Set<String> others = new HashSet<>();
                for (String[] other : listening) {
                    // Only sockets of the same user share a port.
                    if (other[ADDRESS].equals(own[ADDRESS]) && other[USER].equals(own[USER])
                            && !other[INODE].equals(inode)) {
                        others.add(other[INODE]);
                    }
                }
                return new ListeningSockets(others,
                        Integer.parseInt(own[QUEUES].substring(own[QUEUES].indexOf(':') + 1), 16));
            }
        }
        return null;
    }
}
