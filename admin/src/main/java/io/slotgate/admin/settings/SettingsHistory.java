package io.slotgate.admin.settings;

import io.slotgate.admin.http.Json;
import io.slotgate.admin.http.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settings as they were, to be looked at and gone back to: the latest {@value #MOST} versions this proxy has seen, in a file if there is a
 * folder for it. Losing the file loses the way back, never a setting. Any thread.
 */
public final class SettingsHistory {
    static final int MOST = 100;
    private static final String FILE = "settings-history.json";
    private static final Logger log = LoggerFactory.getLogger(SettingsHistory.class);

    private final @Nullable Path file;
    private final ArrayDeque<Version> versions = new ArrayDeque<>();

    /**
     * One version.
     *
     * @param at when, ISO 8601; null if nobody said
     * @param by name of who made it; null if nobody said
     * @param values what was other than configured
     */
    public record Version(long version, @Nullable String at, @Nullable String by, Map<String, String> values) {}

    private SettingsHistory(@Nullable Path file) {
        this.file = file;
    }

    /** @param folder null: it is kept in memory only */
    static SettingsHistory in(@Nullable Path folder) {
        SettingsHistory history = new SettingsHistory(folder == null ? null : folder.resolve(FILE));
        history.read();
        return history;
    }

    private void read() {
        if (file == null || !Files.exists(file)) {
            return;
        }
        try {
            for (Version version : Json.read(Files.readAllBytes(file), Version[].class)) {
                versions.addLast(Objects.requireNonNull(version));
            }
        } catch (IOException | Refusal | NullPointerException e) {
            versions.clear();
            log.atWarn().addKeyValue("file", file).setCause(e)
                    .log("The history of settings can't be read: it begins anew");
        }
    }

    synchronized void add(Version version) {
        if (!versions.isEmpty() && versions.getLast().version() == version.version()) {
            return;
        }
        // Of an agreement that ended, whose numbers are given out again: it was of another fleet, or its log is lost.
        versions.removeIf(earlier -> earlier.version() >= version.version());
        versions.addLast(version);
        if (versions.size() > MOST) {
            versions.removeFirst();
        }
        write();
    }

    private void write() {
        if (file == null) {
            return;
        }
        Path next = file.resolveSibling(FILE + ".next");
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(next, Json.write(versions));
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            log.atWarn().addKeyValue("file", file).setCause(e).log("The history of settings can't be written");
        }
    }

    /** The latest first. */
    synchronized List<Version> versions() {
        return new ArrayList<>(versions.reversed());
    }

    /** As of this version; null if it is not known. At 0 all is as configured. */
    synchronized @Nullable Version version(long number) {
        if (number == 0) {
            return new Version(0, null, null, Map.of());
        }
        return versions.stream().filter(version -> version.version() == number).findFirst().orElse(null);
    }
}
