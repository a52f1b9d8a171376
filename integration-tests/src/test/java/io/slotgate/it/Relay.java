package io.slotgate.it;

import io.slotgate.topology.model.HostPort;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A wire between the proxy and one node that can be cut, stopped, or made to carry nonsense. Any thread. */
final class Relay implements AutoCloseable {
    private static final byte[] NONSENSE = "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(Wire.BYTES);

    private final ServerSocket listener;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile @Nullable HostPort target;
    private volatile boolean nonsense;
    private boolean paused;

    /** @param target null refuses connections until {@link #lead} says where they go */
    Relay(@Nullable HostPort target) throws IOException {
        this.target = target;
        this.listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().daemon().name("relay").start(this::accept);
    }

    HostPort address() {
        return new HostPort("127.0.0.1", listener.getLocalPort());
    }

    void lead(HostPort to) {
        target = to;
    }

    /** Cuts all connections with a reset; new ones pass. */
    void cut() {
        for (Socket socket : open) {
            closeQuietly(socket);
        }
    }

    /** From now on nothing comes through, though connections stay. */
    synchronized void pause() {
        paused = true;
    }

    synchronized void resume() {
        paused = false;
        notifyAll();
    }

    /** Whether the node's answers are replaced by what is no reply. */
    void nonsense(boolean nonsense) {
        this.nonsense = nonsense;
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                HostPort to = target;
                if (to == null) {
                    client.close();
                    continue;
                }
                relay(client, to);
            } catch (IOException listenerGone) {
                // Nobody is accepted any more.
            }
        }
    }

    private void relay(Socket client, HostPort to) {
        Socket node = new Socket();
        open.add(client);
        open.add(node);
        try {
            node.connect(new InetSocketAddress(to.host(), to.port()));
        } catch (IOException nodeGone) {
            // The client sees its connection closed, as it would without us.
            closeQuietly(node);
            closeQuietly(client);
            return;
        }
        pump(client, node, false);
        pump(node, client, true);
    }

    private void pump(Socket from, Socket to, boolean answers) {
        Thread.ofPlatform().daemon().name("relay-pump").start(() -> {
            byte[] part = new byte[64 * 1024];
            try (InputStream in = from.getInputStream(); OutputStream out = to.getOutputStream()) {
                for (int read = in.read(part); read >= 0; read = in.read(part)) {
                    waitWhilePaused();
                    if (answers && nonsense) {
                        out.write(NONSENSE);
                    } else {
                        out.write(part, 0, read);
                    }
                }
            } catch (IOException | InterruptedException cut) {
                // Both ends are closed below.
            }
            closeQuietly(from);
            closeQuietly(to);
        });
    }

    private synchronized void waitWhilePaused() throws InterruptedException {
        while (paused) {
            wait();
        }
    }

    private void closeQuietly(Socket socket) {
        open.remove(socket);
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException closedAlready) {
            // Which is what was wanted.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        resume();
        cut();
    }
}
