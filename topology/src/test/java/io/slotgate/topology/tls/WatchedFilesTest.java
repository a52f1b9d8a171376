package io.slotgate.topology.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchedFilesTest {
    @TempDir
    Path folder;

    private Path one;
    private Path two;
    private WatchedFiles watched;

    @BeforeEach
    void write() throws IOException {
        one = Files.writeString(folder.resolve("one"), "1");
        two = Files.writeString(folder.resolve("two"), "2");
        watched = new WatchedFiles(one, null, two);
    }

    @Test
    void sayOnceThatTheyHaveChanged() throws IOException {
        assertThat(watched.changed()).isFalse();
        Files.writeString(one, "longer");

        assertThat(watched.changed()).as("not settled").isFalse();
        assertThat(watched.changed()).isTrue();
        assertThat(watched.changed()).isFalse();
    }

    @Test
    void waitForTheLastOfThem() throws IOException {
        Files.writeString(one, "longer");
        assertThat(watched.changed()).isFalse();
        Files.writeString(two, "longer");

        assertThat(watched.changed()).as("not settled").isFalse();
        assertThat(watched.changed()).isTrue();
    }

    @Test
    void seeWhatIsOfTheSameLength() throws IOException {
        Files.writeString(one, "x");
        Files.setLastModifiedTime(one, FileTime.fromMillis(1));
        watched.changed();

        assertThat(watched.changed()).isTrue();
    }

    @Test
    void seeThroughLinks() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), one);
        WatchedFiles linked = new WatchedFiles(link);
        Path next = Files.createSymbolicLink(folder.resolve("next"), two);
        Files.move(next, link, StandardCopyOption.ATOMIC_MOVE);

        linked.changed();

        assertThat(linked.changed()).isTrue();
    }

    @Test
    void seeThatOneIsGoneAndBack() throws IOException {
        Files.delete(one);
        watched.changed();
        assertThat(watched.changed()).isTrue();
        Files.writeString(one, "1");
        watched.changed();
        assertThat(watched.changed()).isTrue();
    }
}
