package io.slotgate.deploy.rehearsal;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** One client's commands: what most clients send most, one by one and several at once. Blocking, RESP2. */
final class Conversation {
    private static final int KEYS = 1_000;
    private static final String SMALL = "x".repeat(64);
    private static final String LARGE = "x".repeat(4_096);
    private static final int READ_BUFFER = 64 * 1024;

    private final Socket socket;
    private final InputStream in;
    private final Random random;
    private long commands;

    /** @param seed which keys, and in which order */
    Conversation(Socket socket, long seed) throws IOException {
        socket.setTcpNoDelay(true);
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream(), READ_BUFFER);
        this.random = new Random(seed);
    }

    /**
     * Says all there is to say, again and again until {@code deadline}, a {@link System#nanoTime}.
     *
     * @return commands that were answered
     * @throws IOException if the connection is lost, or an answer is an error
     */
    long untilDeadline(long deadline) throws IOException {
        do {
            for (int i = 0; i < 30; i++) {
                send(1, "SET", key(), SMALL);
                send(1, "GET", key());
                send(1, "GET", key());
            }
            for (int i = 0; i < 10; i++) {
                send(1, "SET", key(), LARGE);
                send(1, "GET", key());
            }
            for (int i = 0; i < 10; i++) {
                send(16, "GET", key());
                send(16, "SET", key(), SMALL);
                send(1, tenPairs());
            }
        } while (System.nanoTime() - deadline < 0);
        return commands;
    }

    private String key() {
        return "rehearsal:" + random.nextInt(KEYS);
    }

    private String[] tenPairs() {
        String[] command = new String[21];
        command[0] = "MSET";
        for (int i = 1; i < command.length; i += 2) {
            command[i] = key();
            command[i + 1] = SMALL;
        }
        return command;
    }

    private void send(int times, String... command) throws IOException {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        for (int i = 0; i < times; i++) {
            request.writeBytes(ascii("*" + command.length + "\r\n"));
            for (String argument : command) {
                request.writeBytes(ascii("$" + argument.length() + "\r\n" + argument + "\r\n"));
            }
        }
        socket.getOutputStream().write(request.toByteArray());
        for (int i = 0; i < times; i++) {
            readReply();
            commands++;
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private void readReply() throws IOException {
        String line = line();
        switch (line.charAt(0)) {
            case '+', ':' -> {
            }
            case '$' -> {
                int length = Integer.parseInt(line.substring(1));
                if (length >= 0) {
                    in.skipNBytes(length + 2L);
                }
            }
            default -> throw new IOException("reply: '" + line + "' (expected: a status, a number or a value)");
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("connection closed within a reply");
            }
            if (next == '\n' && !line.isEmpty()) {
                return line.substring(0, line.length() - 1);
            }
            line.append((char) next);
        }
    }
}
