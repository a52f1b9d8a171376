package io.slotgate.it;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * A client that shows the bytes: writes commands without looking at replies, and reads replies as they came. Text stands for
 * bytes one to one (ISO 8859-1). One thread may write while another reads.
 */
final class Wire implements AutoCloseable {
    static final Charset BYTES = StandardCharsets.ISO_8859_1;
    private static final int TIMEOUT_MILLIS = 60_000;
    private static final int BUFFER = 64 * 1024;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    private Wire(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream(), BUFFER);
        this.out = socket.getOutputStream();
    }

    /** Connects without TLS to a port of the loopback address. */
    static Wire open(int port) throws IOException {
        return open(SocketFactory.getDefault(), port);
    }

    static Wire open(SocketFactory sockets, int port) throws IOException {
        Socket socket = sockets.createSocket();
        try {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.setTcpNoDelay(true);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
            return new Wire(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    Socket socket() {
        return socket;
    }

    InputStream in() {
        return in;
    }

    // ---- commands

    /** The bytes of one command. */
    static byte[] command(String... arguments) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(("*" + arguments.length + "\r\n").getBytes(BYTES));
        for (String argument : arguments) {
            byte[] argumentBytes = argument.getBytes(BYTES);
            bytes.writeBytes(("$" + argumentBytes.length + "\r\n").getBytes(BYTES));
            bytes.writeBytes(argumentBytes);
            bytes.writeBytes(new byte[]{'\r', '\n'});
        }
        return bytes.toByteArray();
    }

    void write(byte[] bytes) throws IOException {
        out.write(bytes);
    }

    void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
    }

    /** Writes bytes as they are. */
    void write(String bytes) throws IOException {
        out.write(bytes.getBytes(BYTES));
    }

    void send(String... arguments) throws IOException {
        out.write(command(arguments));
    }

    /** Sends a command and reads its reply as it came. */
    String raw(String... arguments) throws IOException {
        send(arguments);
        return readRaw();
    }

    /** Sends a command and reads its reply as {@link Reply#parse} understands it. */
    @Nullable
    Object call(String... arguments) throws IOException {
        return Reply.parse(raw(arguments));
    }

    // ---- replies

    /**
     * Reads one reply as it came.
     *
     * @throws EOFException if the connection was closed before or within it
     */
    String readRaw() throws IOException {
        StringBuilder reply = new StringBuilder();
        readInto(reply);
        return reply.toString();
    }

    @Nullable
    Object read() throws IOException {
        return Reply.parse(readRaw());
    }

    /** Everything until the other side closes the connection, however it does. */
    String readToEnd() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] part = new byte[BUFFER];
        try {
            for (int read = in.read(part); read >= 0; read = in.read(part)) {
                all.write(part, 0, read);
            }
        } catch (java.net.SocketTimeoutException e) {
            throw e;
        } catch (IOException reset) {
            // What was read before it counts.
        }
        return all.toString(BYTES);
    }

    private void readInto(StringBuilder reply) throws IOException {
        String line = readLine();
        reply.append(line);
        switch (line.charAt(0)) {
            case '$', '=', '!' -> readBulk(Integer.parseInt(line, 1, line.length() - 2, 10), reply);
            case '*', '~', '>' -> readElements(Integer.parseInt(line, 1, line.length() - 2, 10), reply);
            case '%' -> readElements(2 * Integer.parseInt(line, 1, line.length() - 2, 10), reply);
            case '|' -> {
                readElements(2 * Integer.parseInt(line, 1, line.length() - 2, 10), reply);
                // What it is an attribute of.
                readInto(reply);
            }
            case '+', '-', ':', '_', '#', ',', '(' -> {
            }
            default -> throw new IOException("reply: '" + line.strip() + "' (expected: RESP)");
        }
    }

    private void readBulk(int length, StringBuilder reply) throws IOException {
        if (length >= 0) {
            byte[] bytes = in.readNBytes(length + 2);
            if (bytes.length < length + 2) {
                throw new EOFException("closed within a reply");
            }
            reply.append(new String(bytes, BYTES));
        }
    }

    private void readElements(int count, StringBuilder reply) throws IOException {
        for (int i = 0; i < count; i++) {
            readInto(reply);
        }
    }

    /** One line, its end included. */
    String readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int b = -1;
        while (b != '\n') {
            b = in.read();
            if (b < 0) {
                throw new EOFException(line.size() == 0 ? "closed before a reply" : "closed within a reply");
            }
            line.write(b);
        }
        return line.toString(BYTES);
    }

    /** Closes the connection with a reset instead of a farewell. */
    void abort() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
