package io.slotgate.deploy.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What changes at a proxy, as it tells it. Used by one thread; closed by any.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">Server-sent events</a>
 */
public final class LiveStream implements AutoCloseable {
    private final URI admin;
    private final BufferedReader lines;

    /**
     * Something that happened.
     *
     * @param name such as {@code figures}
     * @param data JSON
     */
    public record Event(String name, String data) {}

    LiveStream(URI admin, InputStream body) {
        this.admin = admin;
        this.lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
    }

    /**
     * Waits for the next one.
     *
     * @throws ApiException.Unreachable if the proxy ended the stream, or was lost
     */
    public Event next() throws ApiException.Unreachable {
        String name = "message";
        StringBuilder data = new StringBuilder();
        while (true) {
            String line = line();
            if (line == null) {
                throw new ApiException.Unreachable(admin + ": the proxy ended the stream");
            }
            if (line.isEmpty()) {
                if (!data.isEmpty()) {
                    return new Event(name, data.toString());
                }
                name = "message";
            } else if (line.startsWith("event:")) {
                name = value(line, 6);
            } else if (line.startsWith("data:")) {
                data.append(data.isEmpty() ? "" : "\n").append(value(line, 5));
            }
        }
    }

    private static String value(String line, int from) {
        return line.startsWith(" ", from) ? line.substring(from + 1) : line.substring(from);
    }

    private @Nullable String line() throws ApiException.Unreachable {
        try {
            return lines.readLine();
        } catch (IOException e) {
            throw new ApiException.Unreachable(admin + ": the proxy was lost", e);
        }
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
