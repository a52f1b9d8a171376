package io.slotgate.proxy.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A folder with the files a configuration may name, and an environment with one variable. */
final class ConfigFixture {
    /** The least that a configuration needs, in two lines. */
    static final String MINIMAL = """
            listen: {tls: {certificate: server.pem, key: server.key}}
            upstream: {seeds: ["127.0.0.1:7000"]}
            """;
    static final Map<String, String> ENVIRONMENT = Map.of("PASSWORD", "from-environment");

    private final Path folder;

    ConfigFixture(Path folder) {
        this.folder = folder;
        for (String name : List.of("server.pem", "server.key", "ca.pem")) {
            write(name, "any text: what is in it matters only to TLS");
        }
    }

    Path write(String name, String text) {
        try {
            return Files.writeString(folder.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads the least a configuration needs, and {@code more} top-level keys. */
    SlotgateConfig minimalAnd(String more) {
        return parse(MINIMAL + more);
    }

    SlotgateConfig parse(String yaml) {
        return new ConfigLoader(ENVIRONMENT::get).parse(yaml, folder);
    }

    /** What is wrong with {@code yaml}, one text for each problem; empty if nothing is. */
    List<String> problemsOf(String yaml) {
        try {
            parse(yaml);
            return List.of();
        } catch (ConfigException e) {
            return e.problems().stream().map(Problem::toString).toList();
        }
    }

    Path folder() {
        return folder;
    }
}
