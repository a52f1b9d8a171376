package io.slotgate.admin.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.topology.model.Health;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** What Grafana and Prometheus are given names metrics that exist: those of {@code docs/metrics.md}, which is held to the scrape. */
class DashboardsTest {
    private static final Path DASHBOARD = Path.of("..", "deploy", "grafana", "slotgate.json");
    private static final Path ALERTS = Path.of("..", "deploy", "prometheus", "alerts.yaml");
    private static final Pattern NAME = Pattern.compile("\\b(?:slotgate|jvm|process)_[a-z_]+\\b");

    private static Set<String> existing() throws IOException {
        Set<String> names = new TreeSet<>();
        for (String line : Files.readString(Path.of("..", "docs", "metrics.md")).lines().toList()) {
            Matcher row = Pattern.compile("\\| `([a-z_]+)` \\| (\\w+) \\|.*").matcher(line);
            if (row.matches()) {
                names.add(row.group(1));
                if (row.group(2).equals("summary") || row.group(2).equals("histogram")) {
                    names.addAll(List.of(row.group(1) + "_sum", row.group(1) + "_count", row.group(1) + "_bucket"));
                }
            }
        }
        return names;
    }

    private static Set<String> named(String text) {
        return NAME.matcher(text).results().map(found -> found.group()).collect(Collectors.toCollection(TreeSet::new));
    }

    @ParameterizedTest
    @ValueSource(strings = {"grafana/slotgate.json", "prometheus/alerts.yaml"})
    void nameWhatExists(String file) throws IOException {
        Set<String> named = named(Files.readString(Path.of("..", "deploy").resolve(file)));

        assertThat(named).hasSizeGreaterThan(10);
        assertThat(existing()).containsAll(named);
    }

    @ParameterizedTest
    @ValueSource(strings = {"grafana/slotgate.json", "prometheus/alerts.yaml"})
    void nameStatesOfNodesThatExist(String file) throws IOException {
        Matcher health = Pattern.compile("health=[^a-z]*([a-z]+)")
                .matcher(Files.readString(Path.of("..", "deploy").resolve(file)));

        assertThat(health.results().map(found -> found.group(1)).toList())
                .isSubsetOf(Stream.of(Health.values()).map(each -> each.name().toLowerCase(Locale.ROOT)).toList());
    }

    @Test
    void everyPanelAsksForSomethingAndHasItsPlace() throws IOException {
        JsonNode dashboard = JsonMapper.builder().build().readTree(Files.readString(DASHBOARD));
        Set<Integer> ids = new TreeSet<>();
        List<String> empty = new ArrayList<>();
        for (JsonNode panel : dashboard.path("panels")) {
            assertThat(ids.add(panel.path("id").asInt())).as("id of " + panel.path("title")).isTrue();
            if (!panel.path("type").asString("").equals("row")
                    && (panel.path("targets").isEmpty() || named(panel.path("targets").toString()).isEmpty())) {
                empty.add(panel.path("title").asString(""));
            }
            assertThat(panel.path("gridPos").path("x").asInt() + panel.path("gridPos").path("w").asInt())
                    .isLessThanOrEqualTo(24);
        }
        assertThat(ids).hasSizeGreaterThan(20);
        assertThat(empty).isEmpty();
    }

    @Test
    void everyAlertIsWhole() throws IOException {
        JsonNode rules = new YAMLMapper().readTree(Files.readString(ALERTS)).path("groups").path(0).path("rules");

        assertThat(rules).hasSizeGreaterThan(10).allSatisfy(rule -> {
            assertThat(rule.path("alert").asString("")).startsWith("Slotgate");
            assertThat(named(rule.path("expr").asString(""))).isNotEmpty();
            assertThat(rule.path("labels").path("severity").asString("")).isIn("info", "warning", "critical");
            assertThat(rule.path("annotations").path("summary").asString("")).isNotBlank();
            assertThat(rule.path("annotations").path("description").asString("")).isNotBlank();
        });
    }

    /** What the page says is worth an alert has one. */
    @Test
    void alertsAreThoseThatThePageNames() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "metrics.md"));
        String worth = page.substring(page.indexOf("Worth an alert:"), page.indexOf("A test holds this page"));

        assertThat(named(Files.readString(ALERTS))).containsAll(named(worth));
    }
}
