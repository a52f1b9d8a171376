package io.slotgate.proxy.command;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

/** What real servers answered, kept as test resources; the main classes of this package that end in Recorder renew them. */
final class Recordings {
    static final String VALKEY_COMMAND = "valkey-8.0.1-command.resp.gz";
    static final String REDIS_COMMAND = "redis-7.0.15-command.resp.gz";
    static final String VALKEY_COMMAND_RESP3 = "valkey-8.0.1-command.resp3.gz";
    static final String KEYS = "valkey-8.0.1-keys.txt";
    static final String SLOTS = "valkey-8.0.1-keyslot.txt";

    private Recordings() {}

    /** The reply of COMMAND in one of the recordings. */
    @SuppressWarnings("unchecked")
    static List<Object> command(String resource) {
        try (InputStream in = new BufferedInputStream(new GZIPInputStream(open(resource)))) {
            return (List<Object>) Objects.requireNonNull(RespClient.read(in));
        } catch (IOException e) {
            throw new IllegalStateException("recording: " + resource + " cannot be read", e);
        }
    }

    /** The lines of a recording that are not comments. */
    static List<String> lines(String resource) {
        try (InputStream in = open(resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines()
                    .filter(line -> !line.startsWith("#")).toList();
        } catch (IOException e) {
            throw new IllegalStateException("recording: " + resource + " cannot be read", e);
        }
    }

    private static InputStream open(String resource) {
        return Objects.requireNonNull(Recordings.class.getResourceAsStream(resource), resource);
    }

    /** Where the recordings are in the source tree, run from the repository's root. */
    static Path sourceDirectory() {
        return Path.of("proxy/src/test/resources/io/slotgate/proxy/command");
    }
}
