package io.slotgate.proxy.facade;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Records what {@code valkey-server} 8.0.1 and {@code redis-server} 7.0.15, both on the PATH, answer in cluster mode
 * to the commands of {@code open.txt} and, Valkey only, {@code password.txt}. A main class: run it from the repository's root.
 */
final class TranscriptRecorder {
    private static final Path RESOURCES = Path.of("proxy/src/test/resources/io/slotgate/proxy/facade");

    private TranscriptRecorder() {}

    public static void main(String[] args) throws Exception {
        for (String protocol : List.of("2", "3")) {
            record("valkey-server", protocol, "open", List.of());
            record("redis-server", protocol, "open", List.of());
            record("valkey-server", protocol, "password", List.of("--requirepass", "sekret"));
        }
    }

    private static void record(String server, String protocol, String scenario, List<String> options) throws Exception {
        int port = freePort();
        Path directory = Files.createTempDirectory("slotgate-transcript");
        List<String> command = new ArrayList<>(List.of(server, "--port", "" + port, "--bind", "127.0.0.1", "--save", "",
                "--cluster-enabled", "yes", "--dir", directory.toString()));
        command.addAll(options);
        Process process = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile()).start();
        try (Socket socket = connect(port)) {
            StringBuilder transcript = new StringBuilder(
                    "# " + server + " in cluster mode, written by TranscriptRecorder from " + scenario + ".txt\n");
            for (String line : Files.readAllLines(RESOURCES.resolve(scenario + ".txt"))) {
                if (!line.isEmpty() && !line.startsWith("#")) {
                    String sent = line.replace("{protocol}", protocol);
                    transcript.append("> ").append(sent).append('\n');
                    transcript.append("< ").append(Escapes.escape(call(socket, Escapes.arguments(sent)))).append('\n');
                }
            }
            String name = scenario + "-" + server.replace("-server", "") + "-resp" + protocol + ".txt";
            Files.writeString(RESOURCES.resolve(name), transcript);
        } finally {
            process.destroy();
            process.waitFor();
            try (var files = Files.list(directory)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(directory);
        }
    }

    private static int freePort() throws IOException {
        while (true) {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                // The cluster bus takes the port 10000 higher.
                if (socket.getLocalPort() < 55_000) {
                    return socket.getLocalPort();
                }
            }
        }
    }

    private static Socket connect(int port) throws IOException {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (true) {
            try {
                return new Socket(InetAddress.getLoopbackAddress(), port);
            } catch (IOException e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
                Thread.onSpinWait();
            }
        }
    }

    private static String call(Socket socket, List<String> command) throws IOException {
        socket.getOutputStream().write(Frames.encode(command).getBytes(StandardCharsets.ISO_8859_1));
        ByteArrayOutputStream reply = new ByteArrayOutputStream();
        // One command at a time: nothing is read ahead that a next call would miss.
        read(new BufferedInputStream(socket.getInputStream()), reply);
        return reply.toString(StandardCharsets.ISO_8859_1);
    }

    private static void read(InputStream in, ByteArrayOutputStream reply) throws IOException {
        int start = reply.size();
        int b;
        do {
            b = in.read();
            if (b < 0) {
                throw new EOFException();
            }
            reply.write(b);
        } while (b != '\n');
        String line = reply.toString(StandardCharsets.ISO_8859_1).substring(start).trim();
        int count = "$=*~%>".indexOf(line.charAt(0)) >= 0 ? Integer.parseInt(line.substring(1)) : 0;
        switch (line.charAt(0)) {
            case '$', '=' -> reply.writeBytes(in.readNBytes(count < 0 ? 0 : count + 2));
            case '*', '~', '>', '%' -> {
                for (int i = 0; i < (line.charAt(0) == '%' ? count * 2 : count); i++) {
                    read(in, reply);
                }
            }
            default -> {
            }
        }
    }
}
