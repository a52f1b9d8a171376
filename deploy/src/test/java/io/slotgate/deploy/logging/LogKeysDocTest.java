package io.slotgate.deploy.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/logging.md} is the one list of the keys that messages have. */
class LogKeysDocTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern KEY = Pattern.compile("addKeyValue\\(\\s*\"([^\"]+)\"");

    private static Set<String> used() throws IOException {
        Set<String> keys = new TreeSet<>();
        for (String module : Set.of("topology", "proxy", "admin", "deploy")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/main/java"))) {
                files.filter(file -> file.toString().endsWith(".java")).forEach(file -> {
                    try {
                        KEY.matcher(Files.readString(file)).results().forEach(found -> keys.add(found.group(1)));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
            }
        }
        return keys;
    }

    private static Set<String> documented() throws IOException {
        return Pattern.compile("(?m)^\\| `(\\w+)` \\|").matcher(Files.readString(ROOT.resolve("docs/logging.md")))
                .results()
                .map((MatchResult found) -> found.group(1)).collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void listsExactlyWhatIsUsed() throws IOException {
        assertThat(documented()).isEqualTo(used());
    }

    @Test
    void noneIsNamedAsWhatEveryLineHas() throws IOException {
        assertThat(used()).doesNotContainAnyElementsOf(JsonLine.OWN);
    }
}
