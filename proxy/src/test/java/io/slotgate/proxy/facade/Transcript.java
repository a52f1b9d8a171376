package io.slotgate.proxy.facade;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Commands that one connection sent to a real server, and its replies: a line {@code > COMMAND ARG …} and a line
 * {@code < reply}, both escaped. Lines of comments begin with '#'. Written by {@link TranscriptRecorder}.
 */
record Transcript(List<Exchange> exchanges) {
    /** @param reply the reply's bytes as ISO 8859-1 text */
    record Exchange(String line, String reply) {
        List<String> command() {
            return Escapes.arguments(line);
        }
    }

    static Transcript load(String name) throws IOException {
        try (InputStream in = Transcript.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException(
                        "transcript: " + name + " (expected: a resource beside " + Transcript.class + ")");
            }
            List<Exchange> exchanges = new ArrayList<>();
            String command = "";
            for (String line : new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().toList()) {
                if (line.startsWith("> ")) {
                    command = line.substring(2);
                } else if (line.startsWith("< ")) {
                    exchanges.add(new Exchange(command, Escapes.unescape(line.substring(2))));
                }
            }
            return new Transcript(exchanges);
        }
    }

    /** The id the server gave the connection, as the first CLIENT ID tells. */
    long clientId() {
        for (Exchange exchange : exchanges) {
            if (exchange.line().equals("CLIENT ID") && exchange.reply().startsWith(":")) {
                return Long.parseLong(exchange.reply().substring(1).trim());
            }
        }
        throw new IllegalStateException("no CLIENT ID in the transcript");
    }
}
