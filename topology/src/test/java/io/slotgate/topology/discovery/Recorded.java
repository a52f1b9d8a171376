package io.slotgate.topology.discovery;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Replies recorded from real servers: a cluster of three shards with a replica each, on one machine. */
final class Recorded {
    /** Every recorded CLUSTER NODES. */
    static final List<String> NODES = Stream.of("valkey-8.0.1", "redis-7.0.15")
            .flatMap(server -> Stream.of("healthy", "migrating", "importing", "hostname", "handshake", "failed",
                    "failedover", "returned").map(state -> server + "-" + state + ".nodes"))
            .toList();

    private Recorded() {}

    static String text(String name) {
        try (InputStream in = Objects.requireNonNull(Recorded.class.getResourceAsStream("recorded/" + name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
