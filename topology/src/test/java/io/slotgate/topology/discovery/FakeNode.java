package io.slotgate.topology.discovery;

import io.slotgate.topology.model.HostPort;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A server of one port that answers commands as a test wants it to, or does not. */
final class FakeNode implements AutoCloseable {
    /** What a node answers: raw bytes of a reply, {@code null} for nothing at all. */
    interface Answers {
        @Nullable
        String to(String command);
    }

    final AtomicInteger asked = new AtomicInteger();
    private final ServerSocket server;
    private final Set<Socket> clients = ConcurrentHashMap.newKeySet();
    private volatile Answers answers = command -> "-ERR not set up\r\n";

    FakeNode() {
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofPlatform().name("fake-node").daemon().start(this::accept);
    }

    static String bulk(String text) {
        return "$" + text.length() + "\r\n" + text + "\r\n";
    }

    HostPort address() {
        return new HostPort("127.0.0.1", server.getLocalPort());
    }

    void answer(Answers how) {
        answers = how;
    }

    int connections() {
        return clients.size();
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket client : clients) {
                client.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                clients.add(client);
                Thread.ofPlatform().name("fake-node-client").daemon().start(() -> serve(client));
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    private void serve(Socket client) {
        try (client) {
            InputStream in = new BufferedInputStream(client.getInputStream());
            OutputStream out = client.getOutputStream();
            for (String command = command(in); command != null; command = command(in)) {
                if (command.startsWith("CLUSTER NODES")) {
                    asked.incrementAndGet();
                }
                String reply = answers.to(command);
                if (reply != null) {
                    out.write(reply.getBytes(StandardCharsets.ISO_8859_1));
                    out.flush();
                }
            }
        } catch (IOException closed) {
            // by either side
        } finally {
            clients.remove(client);
        }
    }

    private static @Nullable String command(InputStream in) throws IOException {
        String header = line(in);
        if (header == null) {
            return null;
        }
        List<String> words = new ArrayList<>();
        for (int i = Integer.parseInt(header.substring(1)); i > 0; i--) {
            line(in);
            words.add(String.valueOf(line(in)));
        }
        return String.join(" ", words).toUpperCase(Locale.ROOT);
    }

    private static @Nullable String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0; c = in.read()) {
            if (c == '\n') {
                return line.toString();
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return null;
    }
}
