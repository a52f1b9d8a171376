package io.slotgate.deploy.dev;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A server program that can be started.
 *
 * @param kind what it is
 * @param executable where it is
 * @param majorVersion 8 for Valkey 8.0.1
 */
public record ServerBinary(ServerKind kind, Path executable, int majorVersion) {
    private static final Pattern VERSION = Pattern.compile("v=(\\d+)\\.");
    private static final String BUNDLED = "redis-server-7.0.15-";
    private static final int BUNDLED_MAJOR = 7;

    /**
     * The best server there is: valkey-server on the PATH, else redis-server on the PATH, else the Redis server that the
     * embedded-redis artifact brings for this machine.
     *
     * @param folder where to put the program if it comes from the artifact
     * @throws IOException saying what was tried, if there is none
     */
    public static ServerBinary find(Path folder) throws IOException {
        for (ServerKind kind : ServerKind.values()) {
            ServerBinary found = onPath(kind);
            if (found != null) {
                return found;
            }
        }
        return bundled(folder);
    }

    /** As {@link #find(Path)}, of this kind only. */
    public static ServerBinary find(ServerKind kind, Path folder) throws IOException {
        ServerBinary found = onPath(kind);
        if (found != null) {
            return found;
        }
        if (kind == ServerKind.REDIS) {
            return bundled(folder);
        }
        throw new IOException(kind.executable() + ": not on the PATH (expected: an installed Valkey server)");
    }

    /** Whether a server of {@code kind} is on the PATH. */
    public static boolean isInstalled(ServerKind kind) {
        return executableOnPath(kind) != null;
    }

    /** The Redis server that the embedded-redis artifact brings for this machine, copied to {@code folder}. */
    static ServerBinary bundled(Path folder) throws IOException {
        String name = BUNDLED + platform();
        Path target = folder.toAbsolutePath().resolve(name);
        try (InputStream program = ServerBinary.class.getClassLoader().getResourceAsStream(name)) {
            if (program == null) {
                throw new IOException("no server program (tried: valkey-server and redis-server on the PATH, and "
                        + name + " of the embedded-redis artifact)");
            }
            if (!Files.isExecutable(target)) {
                Files.createDirectories(target.getParent());
                Path copy = Files.createTempFile(target.getParent(), name, ".copy");
                Files.copy(program, copy, StandardCopyOption.REPLACE_EXISTING);
                if (!copy.toFile().setExecutable(true)) {
                    throw new IOException(copy + ": can't be made executable");
                }
                Files.move(copy, target, StandardCopyOption.ATOMIC_MOVE);
            }
        }
        return new ServerBinary(ServerKind.REDIS, target, BUNDLED_MAJOR);
    }

    /** Whether nodes can be told their availability zone. */
    boolean knowsZones() {
        return kind == ServerKind.VALKEY && majorVersion >= 8;
    }

    private static String platform() {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("mac") ? "darwin" : "linux";
        return os + "-" + switch (System.getProperty("os.arch")) {
            case "amd64", "x86_64" -> "amd64";
            case "aarch64", "arm64" -> "arm64";
            default -> System.getProperty("os.arch");
        };
    }

    private static @Nullable ServerBinary onPath(ServerKind kind) throws IOException {
        Path executable = executableOnPath(kind);
        return executable == null ? null : new ServerBinary(kind, executable, majorVersion(executable));
    }

    private static @Nullable Path executableOnPath(ServerKind kind) {
        String path = System.getenv("PATH");
        for (String folder : path == null ? List.<String>of() : List.of(path.split(File.pathSeparator))) {
            Path candidate = Path.of(folder.isEmpty() ? "." : folder, kind.executable());
            if (Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
                return candidate.toAbsolutePath();
            }
        }
        return null;
    }

    private static int majorVersion(Path executable) throws IOException {
        Process process = new ProcessBuilder(executable.toString(), "--version").redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        Matcher matcher = VERSION.matcher(said);
        if (!matcher.find()) {
            throw new IOException(executable + " --version: '" + said + "' (expected: v=<major>.<minor>)");
        }
        return Integer.parseInt(matcher.group(1));
    }
}
