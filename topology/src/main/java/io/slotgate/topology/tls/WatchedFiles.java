package io.slotgate.topology.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Some files, looked at from time to time: a change counts once it has settled, for a certificate and its key are written one after
 * the other. Asked, not told, because what is replaced behind a link (as Kubernetes does) tells nobody. One thread at a time.
 */
public final class WatchedFiles {
    private final List<Path> files;
    private List<String> known;
    private List<String> last;

    /** Files as they are now; those that are null are left out. */
    public WatchedFiles(@Nullable Path... files) {
        this.files = Stream.of(files).filter(Objects::nonNull).toList();
        this.known = look();
        this.last = known;
    }

    /** Whether they are other than at the last change, and the same as at the last look. */
    public boolean changed() {
        List<String> now = look();
        boolean settled = now.equals(last);
        last = now;
        if (!settled || now.equals(known)) {
            return false;
        }
        known = now;
        return true;
    }

    private List<String> look() {
        List<String> seen = new ArrayList<>();
        for (Path file : files) {
            try {
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                seen.add(attributes.lastModifiedTime() + " " + attributes.size() + " " + attributes.fileKey());
            } catch (IOException e) {
                seen.add("absent");
            }
        }
        return seen;
    }
}
