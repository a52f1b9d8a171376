package io.slotgate.proxy.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The files a configuration names, relative to one folder. */
final class FileSource {
    /** Far above any real file; keeps a wrong path, such as a device, from filling the memory. */
    static final int LARGEST = 1 << 20;

    private final Path folder;
    private final Problems problems;

    FileSource(Path folder, Problems problems) {
        this.folder = folder;
        this.problems = problems;
    }

    /** The path behind {@code name}, which must be a file that can be read; null and a problem if it is not. */
    @Nullable
    Path readable(String at, String name) {
        return resolve(at, name, file -> Files.isRegularFile(file) && Files.isReadable(file),
                "a file that can be read");
    }

    /** The path of a folder, which need not be there yet; null and a problem if {@code name} is no path. */
    @Nullable
    Path folder(String at, String name) {
        return resolve(at, name, path -> !Files.exists(path) || Files.isDirectory(path), "a folder");
    }

    private @Nullable Path resolve(String at, String name, Predicate<Path> fits, String expected) {
        try {
            Path path = folder.resolve(name);
            if (fits.test(path)) {
                return path;
            }
        } catch (InvalidPathException e) {
            // The same to who wrote it: nothing is there.
        }
        problems.unexpected(at, Units.quoted(name), expected);
        return null;
    }

    /** The text of {@code file}; null and a problem if it can't be read. */
    @Nullable
    String text(String at, Path file) {
        try {
            if (Files.size(file) > LARGEST) {
                problems.unexpected(at, file + ", " + Files.size(file) + " bytes", "at most " + Units.size(LARGEST));
                return null;
            }
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            problems.unexpected(at, file + ", not UTF-8", "UTF-8 text");
        } catch (NoSuchFileException e) {
            problems.unexpected(at, file + ", no such file", "a file that can be read");
        } catch (IOException e) {
            problems.unexpected(at, file + ", " + e.getMessage(), "a file that can be read");
        }
        return null;
    }
}
