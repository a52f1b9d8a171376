package io.slotgate.topology.fleet.agreed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slotgate.topology.fleet.agreed.NotAgreedException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalSettingsTest {
    @TempDir
    Path folder;

    @Test
    void keepsWhatWasAgreedOnOverRestarts() throws IOException {
        List<Long> heard = new ArrayList<>();
        try (LocalSettings settings = new LocalSettings(folder)) {
            settings.subscribe(agreement -> heard.add(agreement.version()));
            assertThat(settings.current()).isEqualTo(Agreement.NONE);
            settings.propose(0, Change.put("a", "1")).join();
            assertThat(settings.propose(1, new Change(Map.of("b", "ü"), Set.of("a"))).join())
                    .isEqualTo(new Agreement(2, Map.of("b", "ü")));
        }

        try (LocalSettings again = new LocalSettings(folder)) {
            assertThat(again.current()).isEqualTo(new Agreement(2, Map.of("b", "ü")));
        }
        assertThat(heard).containsExactly(1L, 2L);
    }

    @Test
    void appliesNothingOfWhatIsRefused() throws IOException {
        try (LocalSettings settings = new LocalSettings(folder)) {
            settings.propose(0, Change.put("a", "1")).join();

            assertRefused(settings, 0, Reason.CONFLICT);
            assertRefused(settings, 5, Reason.CONFLICT);

            assertThat(settings.current()).isEqualTo(new Agreement(1, Map.of("a", "1")));
        }
    }

    /** While one process takes over from another, both have the folder. */
    @Test
    void losesNothingThatAnotherProcessHasAgreedOn() throws IOException {
        List<Long> heard = new ArrayList<>();
        try (LocalSettings old = new LocalSettings(folder); LocalSettings next = new LocalSettings(folder)) {
            next.subscribe(agreement -> heard.add(agreement.version()));
            old.propose(0, Change.put("a", "1")).join();

            assertRefused(next, 0, Reason.CONFLICT);

            assertThat(next.current()).isEqualTo(new Agreement(1, Map.of("a", "1")));
            next.propose(1, Change.put("b", "2")).join();
            assertThat(next.current()).isEqualTo(new Agreement(2, Map.of("a", "1", "b", "2")));
            assertRefused(old, 1, Reason.CONFLICT);
        }
        assertThat(heard).containsExactly(1L, 2L);
    }

    @Test
    void namesADamagedFile() throws IOException {
        try (LocalSettings settings = new LocalSettings(folder)) {
            settings.propose(0, Change.put("a", "1")).join();
        }
        Path file = folder.resolve("settings");
        byte[] bytes = Files.readAllBytes(file);
        bytes[14] ^= 1;
        Files.write(file, bytes);

        assertThatThrownBy(() -> new LocalSettings(folder)).isInstanceOf(IOException.class)
                .hasMessageContaining("damaged");
    }

    @Test
    void refusesChangesThatCanNotBe() {
        assertThatThrownBy(() -> new Change(Map.of(), Set.of())).hasMessageContaining("nothing");
        assertThatThrownBy(() -> Change.put("", "x")).hasMessageContaining("name");
        assertThatThrownBy(() -> Change.put("a", "x".repeat(Agreement.LONGEST_VALUE + 1)))
                .hasMessageContaining("65537");
        assertThatThrownBy(() -> new Change(Map.of("a", "1"), Set.of("a"))).hasMessageContaining("not both");
    }

    private static void assertRefused(LocalSettings settings, long version, Reason reason) {
        assertThatThrownBy(() -> settings.propose(version, Change.put("a", "2")).join())
                .isInstanceOf(CompletionException.class)
                .cause().isInstanceOfSatisfying(NotAgreedException.class,
                        e -> assertThat(e.reason()).isEqualTo(reason));
    }
}
