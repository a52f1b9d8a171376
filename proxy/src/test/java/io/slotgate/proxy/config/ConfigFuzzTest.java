package io.slotgate.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever the text: a configuration or a ConfigException that says something, nothing else. */
class ConfigFuzzTest {
    private static final List<String> PIECES = List.of("listen", "client", "read", "plain", "tls", "upstream", "seeds",
            "limits", "bulk-bytes", "auth", "users", "name", "workers", "none", ": ", ":", "\n", "\n  ", "\n    ", "- ",
            "[", "]", "{", "}", ", ", "'", "\"", "#", "&a ", "*a", "!!int ", "!", "|", ">", "%", "---\n", "...\n", "~",
            "null", "true", "1", "-1", "99999999999999999999", "512MiB", "10s", "127.0.0.1:7000", "\\x", "\t",
            "\u0000", "\ufeff", "\ud83d\ude00", "\ud800", "? ", "<<: ", "@", "`", ".nan", "0x1F", "1e9");

    private final ConfigFixture fixture;

    ConfigFuzzTest(@TempDir Path folder) {
        fixture = new ConfigFixture(folder);
    }

    @Test
    void survivesRandomPieces() {
        for (int seed = 0; seed < 5_000; seed++) {
            Random random = new Random(seed);
            StringBuilder yaml = new StringBuilder();
            for (int i = random.nextInt(40); i >= 0; i--) {
                yaml.append(PIECES.get(random.nextInt(PIECES.size())));
            }
            isReadOrRefused(yaml.toString(), seed);
        }
    }

    @Test
    void survivesDamageToTheReference() throws IOException {
        String reference = Files.readString(Path.of("..", "slotgate.yaml")).replaceAll("(?m)^ *#.*\n", "");
        for (int seed = 0; seed < 1_000; seed++) {
            Random random = new Random(seed);
            StringBuilder yaml = new StringBuilder(reference);
            for (int i = random.nextInt(4); i >= 0; i--) {
                int at = random.nextInt(yaml.length());
                int until = Math.min(yaml.length(), at + random.nextInt(6));
                yaml.replace(at, until, PIECES.get(random.nextInt(PIECES.size())));
            }
            isReadOrRefused(yaml.toString(), seed);
        }
    }

    @Test
    void refusesDepthAndLengthThatNobodyWrites() {
        assertThat(fixture.problemsOf("[".repeat(100_000))).isNotEmpty();
        assertThat(fixture.problemsOf("a: ".repeat(100_000))).isNotEmpty();
        assertThat(fixture.problemsOf("limits:\n" + "- ".repeat(100_000))).isNotEmpty();
        assertThat(fixture.problemsOf("x".repeat(4 << 20))).isNotEmpty();
    }

    private void isReadOrRefused(String yaml, int seed) {
        try {
            assertThat(fixture.parse(yaml).upstream().seeds()).isNotEmpty();
        } catch (ConfigException e) {
            assertThat(e.problems()).as("seed %d", seed).isNotEmpty()
                    .allSatisfy(problem -> assertThat(problem.toString()).isNotBlank().doesNotContain("\n"));
        } catch (RuntimeException | StackOverflowError e) {
            throw new AssertionError("seed " + seed + ": " + yaml, e);
        }
    }
}
