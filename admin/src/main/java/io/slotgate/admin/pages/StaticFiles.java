package io.slotgate.admin.pages;

import io.javalin.http.Context;
import io.slotgate.admin.http.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Files that come with this program, for browsers: each is read when it is first asked for, and kept. Browsers have to ask whether theirs is
 * still the right one, by its hash: so a new version of the program brings a new page at once. Any thread.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#name-etag">RFC 9110, ETag</a>
 */
final class StaticFiles {
    /** Nothing that leads out of the folder. */
    private static final Pattern PATH = Pattern.compile("([a-z0-9-]+/)?[a-z0-9-]+(\\.[a-z0-9-]+){1,2}");
    private static final Map<String, String> TYPES = Map.of("html", "text/html;charset=utf-8", "js",
            "text/javascript;charset=utf-8", "css", "text/css;charset=utf-8", "svg", "image/svg+xml", "txt",
            "text/plain;charset=utf-8", "yaml", "application/yaml");

    private final String folder;
    private final String policy;
    private final Map<String, StaticFile> files = new ConcurrentHashMap<>();

    /** One that was read. */
    private static final class StaticFile {
        final byte[] bytes;
        final String type;
        final String tag;

        StaticFile(byte[] bytes, String type) {
            this.bytes = bytes;
            this.type = type;
            this.tag = '"' + hash(bytes) + '"';
        }
    }

    /**
     * @param folder of resources, absolute, ending in a slash
     * @param policy the Content-Security-Policy under which the files are shown
     */
    StaticFiles(String folder, String policy) {
        this.folder = folder;
        this.policy = policy;
    }

    /**
     * Answers with a file, or with 304 if the browser has it.
     *
     * @param path in the folder
     * @throws Refusal 404 if there is no such file
     */
    void serve(Context context, String path) {
        StaticFile file = file(path);
        if (file == null) {
            throw Refusal.nothingAt(context.path());
        }
        context.header("Content-Security-Policy", policy).header("Cache-Control", "no-cache").header("ETag",
                file.tag);
        if (has(context.header("If-None-Match"), file.tag)) {
            context.status(304);
        } else {
            context.contentType(file.type).result(file.bytes);
        }
    }

    private static boolean has(@Nullable String tags, String tag) {
        // What packs answers on their way may make a tag a weak one.
        return tags != null && (tags.contains(tag) || tags.strip().equals("*"));
    }

    private @Nullable StaticFile file(String path) {
        StaticFile known = files.get(path);
        if (known != null || !PATH.matcher(path).matches()) {
            return known;
        }
        String type = TYPES.get(path.substring(path.lastIndexOf('.') + 1));
        try (InputStream in = type == null ? null : StaticFiles.class.getResourceAsStream(folder + path)) {
            if (in == null || type == null) {
                return null;
            }
            byte[] bytes = in.readAllBytes();
            StaticFile file = new StaticFile(bytes, type);
            files.put(path, file);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String hash(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes), 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
