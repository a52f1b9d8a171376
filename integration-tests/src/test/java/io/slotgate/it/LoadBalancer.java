package io.slotgate.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Hands connections to the targets that say they are ready, one after the other, as a load balancer of the network's layer does:
 * a connection stays with its target, whatever becomes of that, and ends, half by half, as the target or the client ends it.
 * Any thread.
 */
final class LoadBalancer implements AutoCloseable {
    private static final int CHECK_MILLIS = 100;
    private static final int TIMEOUT_MILLIS = 2_000;

    /** @param ready answers 200 while new connections may come to {@code port} */
    record Target(int port, URI ready) {}

    private final ServerSocket listener;
    private final List<Target> targets;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger resets = new AtomicInteger();
    private final CountDownLatch over = new CountDownLatch(1);
    private final List<Thread> checks = new ArrayList<>();
    private final Set<Target> healthy = ConcurrentHashMap.newKeySet();
    private int next;

    LoadBalancer(List<Target> targets) throws IOException {
        this.targets = List.copyOf(targets);
        this.listener = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
        for (Target target : targets) {
            checks.add(Thread.ofVirtual().start(() -> check(target)));
        }
    }

    int port() {
        return listener.getLocalPort();
    }

    int healthy() {
        return healthy.size();
    }

    /** Connections handed to a target that did not take them, or to nobody. */
    int refused() {
        return refused.get();
    }

    /** Connections that a target ended with a reset. */
    int resets() {
        return resets.get();
    }

    private void check(Target target) {
        try {
            do {
                if (isReady(target)) {
                    healthy.add(target);
                } else {
                    healthy.remove(target);
                }
            } while (!over.await(CHECK_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isReady(Target target) {
        try {
            HttpURLConnection question = (HttpURLConnection) target.ready().toURL().openConnection();
            question.setConnectTimeout(TIMEOUT_MILLIS);
            question.setReadTimeout(TIMEOUT_MILLIS);
            try {
                return question.getResponseCode() == HttpURLConnection.HTTP_OK;
            } finally {
                question.disconnect();
            }
        } catch (IOException down) {
            return false;
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                open.add(client);
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        Socket server = new Socket();
        open.add(server);
        try {
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), choose().port()), TIMEOUT_MILLIS);
        } catch (IOException nobody) {
            refused.incrementAndGet();
            end(client, true);
            end(server, true);
            return;
        }
        Thread back = Thread.ofVirtual().start(() -> pump(server, client, true));
        pump(client, server, false);
        try {
            back.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        end(client, false);
        end(server, false);
    }

    private synchronized Target choose() throws IOException {
        for (int i = 0; i < targets.size(); i++) {
            Target target = targets.get(next++ % targets.size());
            if (healthy.contains(target)) {
                return target;
            }
        }
        throw new IOException("no target is ready");
    }

    private void pump(Socket from, Socket to, boolean answers) {
        byte[] part = new byte[32 * 1024];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(part); read >= 0; read = in.read(part)) {
                out.write(part, 0, read);
            }
            to.shutdownOutput();
        } catch (IOException cut) {
            if (open.contains(from) && open.contains(to) && answers) {
                resets.incrementAndGet();
            }
            end(from, true);
            end(to, true);
        }
    }

    private void end(Socket socket, boolean reset) {
        try {
            if (open.remove(socket) && reset) {
                socket.setSoLinger(true, 0);
            }
            socket.close();
        } catch (IOException closedAlready) {
            // Which is what was wanted.
        }
    }

    @Override
    public void close() throws IOException {
        over.countDown();
        listener.close();
        open.forEach(socket -> end(socket, true));
    }
}
