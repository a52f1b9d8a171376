package io.slotgate.proxy.plane;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A client with a plain blocking socket. Bytes are texts, a char for each. */
public final class TestClient implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;

    TestClient(int port, int receiveBufferBytes) {
        try {
            socket = new Socket();
            if (receiveBufferBytes > 0) {
                socket.setReceiveBufferSize(receiveBufferBytes);
            }
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(40_000);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            in = new BufferedInputStream(socket.getInputStream(), 32 * 1024);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The bytes of a command. */
    public static String command(String... words) {
        StringBuilder text = new StringBuilder("*" + words.length + "\r\n");
        for (String word : words) {
            text.append(Answer.bulkText(word));
        }
        return text.toString();
    }

    /** Sends bytes as they are. */
    public TestClient send(String text) {
        try {
            socket.getOutputStream().write(Command.bytes(text));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends one command. */
    public TestClient ask(String... words) {
        return send(command(words));
    }

    /** Sends one command and returns its reply. */
    public String call(String... words) {
        return ask(words).reply();
    }

    /** Sends bytes on a thread of their own, cut at random, as long as the connection lasts. */
    public Thread sendInPieces(String text, Random random) {
        long seed = random.nextLong();
        return Thread.ofVirtual().start(() -> {
            Random cuts = new Random(seed);
            for (int at = 0; at < text.length() && !socket.isClosed();) {
                int piece = Math.min(text.length() - at, 1 + cuts.nextInt(cuts.nextBoolean() ? 16 : 8192));
                try {
                    socket.getOutputStream().write(Command.bytes(text.substring(at, at + piece)));
                } catch (IOException ended) {
                    return;
                }
                at += piece;
            }
        });
    }

    /** Sends nothing more, but reads on. */
    public void endInput() {
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends the connection with a reset. */
    public void reset() {
        try {
            socket.setSoLinger(true, 0);
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
        close();
    }

    /**
     * The next reply: of a bulk string its content, of an integer its digits, of nil {@code (nil)}, of an error its line, of an
     * aggregate {@code [a, b]}.
     */
    public String reply() {
        return tree().toString();
    }

    /** As {@link #reply}, where an aggregate is a list of its elements. */
    public Object tree() {
        try {
            return readReply();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next {@code count} replies. */
    public List<String> replies(int count) {
        List<String> replies = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            replies.add(reply());
        }
        return replies;
    }

    /** Reads up to the end of the connection, which may come as a reset, and returns the bytes. */
    public String rest() {
        StringBuilder rest = new StringBuilder();
        try {
            for (int b = in.read(); b >= 0; b = in.read()) {
                rest.append((char) b);
            }
        } catch (SocketException reset) {
            rest.append("");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return rest.toString();
    }

    /** The next bytes. */
    public String bytes(int count) {
        try {
            return new String(in.readNBytes(count), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next bytes up to the end of the line, and past it. */
    public String line() {
        try {
            return readLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Object readReply() throws IOException {
        String line = readLine();
        String rest = line.substring(1);
        return switch (line.charAt(0)) {
            case '+', ':', ',', '#', '(' -> rest;
            case '-' -> line;
            case '_' -> "(nil)";
            case '$', '=' -> readBulk(Integer.parseInt(rest));
            case '*', '~', '>' -> readElements(Integer.parseInt(rest));
            case '%' -> readElements(2 * Integer.parseInt(rest));
            default -> throw new IOException("no reply: " + line);
        };
    }

    private String readBulk(int length) throws IOException {
        if (length < 0) {
            return "(nil)";
        }
        byte[] bytes = in.readNBytes(length + 2);
        if (bytes.length < length + 2) {
            throw new EOFException("within a reply");
        }
        if (bytes[length] != '\r' || bytes[length + 1] != '\n') {
            throw new IOException("a bulk string does not end where it should");
        }
        return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    }

    private Object readElements(int count) throws IOException {
        if (count < 0) {
            return "(nil)";
        }
        List<Object> elements = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            elements.add(readReply());
        }
        return elements;
    }

    private String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\r'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("closed behind: " + line);
            }
            line.append((char) b);
        }
        if (in.read() != '\n' || line.isEmpty()) {
            throw new IOException("no reply: " + line);
        }
        return line.toString();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
