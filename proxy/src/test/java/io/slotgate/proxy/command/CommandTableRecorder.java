package io.slotgate.proxy.command;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Records COMMAND of {@code valkey-server} 8.0.1 and {@code redis-server} 7.0.15, both on the PATH, and writes the built-in
 * command table from the recordings. A main class: run it from the repository's root.
 */
final class CommandTableRecorder {
    private CommandTableRecorder() {}

    public static void main(String[] args) throws IOException {
        record("valkey-server", "2", Recordings.VALKEY_COMMAND);
        record("valkey-server", "3", Recordings.VALKEY_COMMAND_RESP3);
        record("redis-server", "2", Recordings.REDIS_COMMAND);
        Path table = Path.of("proxy/src/main/resources/io/slotgate/proxy/command", BuiltInCommands.RESOURCE);
        Path recordings = Recordings.sourceDirectory();
        Files.writeString(table, CommandResource.text(List.of(read(recordings.resolve(Recordings.VALKEY_COMMAND)),
                read(recordings.resolve(Recordings.REDIS_COMMAND)))));
    }

    @SuppressWarnings("unchecked")
    private static List<Object> read(Path recording) throws IOException {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(recording))) {
            return (List<Object>) Objects.requireNonNull(RespClient.read(in));
        }
    }

    private static void record(String binary, String protocol, String resource) throws IOException {
        try (RecordingServer server = new RecordingServer(binary);
                RespClient client = new RespClient(server.port());
                OutputStream out = new GZIPOutputStream(
                        Files.newOutputStream(Recordings.sourceDirectory().resolve(resource)))) {
            client.call("HELLO", protocol);
            client.send(List.of("COMMAND"));
            TeeStream tee = new TeeStream(client.input());
            RespClient.read(tee);
            tee.copy.writeTo(out);
        }
    }

    /** Keeps what is read through it. */
    private static final class TeeStream extends InputStream {
        private final InputStream in;
        private final ByteArrayOutputStream copy = new ByteArrayOutputStream();

        TeeStream(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            int b = in.read();
            if (b >= 0) {
                copy.write(b);
            }
            return b;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int n = in.read(bytes, offset, length);
            if (n > 0) {
                copy.write(bytes, offset, n);
            }
            return n;
        }
    }
}
