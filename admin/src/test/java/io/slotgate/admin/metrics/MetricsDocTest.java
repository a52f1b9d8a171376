package io.slotgate.admin.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.admin.view.FakeProxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@code docs/metrics.md} is where operators look up what a figure means. */
class MetricsDocTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "metrics.md");

    @Test
    void listsExactlyWhatExists() throws IOException, InterruptedException {
        List<String> documented = Files.readString(DOCUMENT).lines()
                .filter(line -> line.matches("\\| `[a-z_]+` \\|.*")).toList();

        assertThat(documented).containsExactlyInAnyOrderElementsOf(rows(scrape()));
    }

    private static List<String> rows(Exposition scrape) {
        return scrape.families().entrySet().stream().map(MetricsDocTest::row).toList();
    }

    private static String row(Map.Entry<String, Exposition.Family> family) {
        String labels = String.join(", ", family.getValue().labels());
        return "| `" + family.getKey() + "` | " + family.getValue().type() + " |" + (labels.isEmpty() ? "" : " ")
                + labels + " | " + family.getValue().help() + " |";
    }

    /** Of a process that has seen a collection, for before there are no pauses to tell of. */
    private static Exposition scrape() throws InterruptedException {
        try (MetricsResource metrics = new MetricsResource(1_000)) {
            metrics.attach(new FakeProxy());
            metrics.prepare();
            System.gc();
            await().until(() -> metrics.text().contains("jvm_gc_pause_seconds"));
            return Exposition.parse(metrics.text());
        }
    }
}
