package io.slotgate.deploy.operator;

import io.slotgate.deploy.client.Access;
import java.io.IOException;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** What all commands take that ask a running proxy. */
final class ApiOptions {
    private static final String TOKEN = "SLOTGATE_TOKEN";

    @Option(names = "--admin", paramLabel = "URL", defaultValue = "${env:SLOTGATE_ADMIN:-http://localhost:8080}", description = "The proxy's admin API. Default: SLOTGATE_ADMIN, or http://localhost:8080.")
    private URI admin = URI.create("http://localhost:8080");

    @Option(names = "--token-file", paramLabel = "FILE", description = "A file with the token in its only line. Default: the token in SLOTGATE_TOKEN, if it is set.")
    private @Nullable Path tokenFile;

    @Option(names = "--ca", paramLabel = "FILE", description = "PEM: whose certificates are trusted. Default: those that Java trusts.")
    private @Nullable Path ca;

    @Option(names = "--cert", paramLabel = "FILE", description = "PEM: our certificate, where the API asks for one.")
    private @Nullable Path certificate;

    @Option(names = "--key", paramLabel = "FILE", description = "PEM: its key.")
    private @Nullable Path key;

    @Option(names = "--json", description = "Print what the API answers as it is.")
    private boolean json;

    boolean json() {
        return json;
    }

    /**
     * @throws CommandLine.ParameterException if these options can't be right
     * @throws IOException if the token can't be read
     */
    Access access(CommandLine line) throws IOException {
        Access access = new Access(admin, token(), ca, certificate, key);
        String problem = access.problem();
        if (problem != null) {
            throw new CommandLine.ParameterException(line, "--admin: " + problem);
        }
        return access;
    }

    private @Nullable String token() throws IOException {
        String token = tokenFile == null ? System.getenv(TOKEN) : read(tokenFile);
        if (token == null || token.isBlank()) {
            if (tokenFile != null) {
                throw new IOException(tokenFile + ": no token");
            }
            return null;
        }
        String stripped = token.strip();
        if (!stripped.chars().allMatch(c -> c > ' ' && c < 127)) {
            // The value itself is a secret.
            throw new IOException((tokenFile == null ? TOKEN : tokenFile) + ": no token (expected: one word)");
        }
        return stripped;
    }

    /** The JDK's message is no more than the name. */
    private static String read(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new IOException(file + ": no such file (expected: one with a token)", e);
        } catch (AccessDeniedException e) {
            throw new IOException(file + ": may not be read (expected: a file with a token)", e);
        }
    }
}
