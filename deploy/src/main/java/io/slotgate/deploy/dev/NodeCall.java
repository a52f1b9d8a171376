package io.slotgate.deploy.dev;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Commands to a node over a connection of its own, RESP2, blocking. For setting a cluster up and looking at it in tests;
 * not made for speed.
 */
final class NodeCall implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 5_000;

    private final Socket socket;
    private final InputStream in;

    private NodeCall(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    /** @param password sent with AUTH first; null for none */
    static NodeCall connect(int port, SocketFactory sockets, @Nullable String password) throws IOException {
        Socket socket = sockets.createSocket();
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(Loopback.at(port), TIMEOUT_MILLIS);
            NodeCall call = new NodeCall(socket);
            if (password != null) {
                call.call("AUTH", password);
            }
            return call;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /**
     * Sends a command and reads its reply: a String, Long, List of these, or null.
     *
     * @throws NodeException if the node answers with an error
     */
    @Nullable
    Object call(String... arguments) throws IOException {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        header(request, '*', arguments.length);
        for (String argument : arguments) {
            byte[] bytes = argument.getBytes(StandardCharsets.UTF_8);
            header(request, '$', bytes.length);
            request.writeBytes(bytes);
            request.writeBytes(new byte[]{'\r', '\n'});
        }
        socket.getOutputStream().write(request.toByteArray());
        return reply();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private static void header(ByteArrayOutputStream out, char type, int number) {
        out.writeBytes((type + Integer.toString(number) + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    private @Nullable Object reply() throws IOException {
        String line = line();
        String rest = line.substring(1);
        return switch (line.charAt(0)) {
            case '+' -> rest;
            case '-' -> throw new NodeException(rest);
            case ':' -> Long.valueOf(rest);
            case '$' -> bulk(Integer.parseInt(rest));
            case '*' -> list(Integer.parseInt(rest));
            default -> throw new IOException("reply: '" + line + "' (expected: RESP2)");
        };
    }

    private @Nullable String bulk(int length) throws IOException {
        if (length < 0) {
            return null;
        }
        byte[] bytes = in.readNBytes(length + 2);
        if (bytes.length < length + 2) {
            throw new EOFException("connection closed within a reply");
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    private @Nullable List<@Nullable Object> list(int length) throws IOException {
        if (length < 0) {
            return null;
        }
        List<@Nullable Object> items = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            items.add(reply());
        }
        return items;
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("connection closed before a reply");
            }
            line.write(b);
        }
        String text = line.toString(StandardCharsets.UTF_8).stripTrailing();
        if (text.isEmpty()) {
            throw new IOException("reply: an empty line (expected: RESP2)");
        }
        return text;
    }
}
