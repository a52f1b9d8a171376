package io.slotgate.proxy.command;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A blocking client of one server, as small as recording replies needs it. */
final class RespClient implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;

    RespClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(40_000);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** Sends a command and reads its reply as {@link #read} gives it. */
    @Nullable
    Object call(List<String> args) throws IOException {
        send(args);
        return read(in);
    }

    @Nullable
    Object call(String... args) throws IOException {
        return call(List.of(args));
    }

    void send(List<String> args) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(latin("*" + args.size() + "\r\n"));
        for (String arg : args) {
            out.writeBytes(latin("$" + arg.length() + "\r\n" + arg + "\r\n"));
        }
        socket.getOutputStream().write(out.toByteArray());
    }

    InputStream input() {
        return in;
    }

    private static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /**
     * One reply: simple strings as String, bulk strings as byte[], numbers as Long, arrays as List, RESP3 maps and sets as such,
     * errors as {@link ReplyError}.
     */
    static @Nullable Object read(InputStream in) throws IOException {
        String line = line(in);
        String rest = line.substring(1);
        return switch (line.charAt(0)) {
            case '+' -> rest;
            case '-' -> new ReplyError(rest);
            case ':' -> Long.valueOf(rest);
            case '_' -> null;
            case '$' -> bulk(in, Integer.parseInt(rest));
            case '*', '>' -> rest.equals("-1") ? null : list(in, Integer.parseInt(rest));
            case '~' -> {
                Set<@Nullable Object> set = new LinkedHashSet<>(list(in, Integer.parseInt(rest)));
                yield set;
            }
            case '%' -> {
                List<@Nullable Object> flat = list(in, Integer.parseInt(rest) * 2);
                Map<@Nullable Object, @Nullable Object> map = new LinkedHashMap<>();
                for (int i = 0; i < flat.size(); i += 2) {
                    map.put(flat.get(i), flat.get(i + 1));
                }
                yield map;
            }
            default -> throw new IOException("reply: '" + line + "' (expected: a RESP type)");
        };
    }

    private static List<@Nullable Object> list(InputStream in, int size) throws IOException {
        List<@Nullable Object> list = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            list.add(read(in));
        }
        return list;
    }

    private static byte @Nullable [] bulk(InputStream in, int length) throws IOException {
        if (length < 0) {
            return null;
        }
        byte[] bytes = in.readNBytes(length);
        in.skipNBytes(2);
        return bytes;
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int b;
        while ((b = in.read()) != '\r') {
            if (b < 0) {
                throw new EOFException();
            }
            line.write(b);
        }
        in.skipNBytes(1);
        return line.toString(StandardCharsets.ISO_8859_1);
    }

    /** An error reply. */
    record ReplyError(String text) {}

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
