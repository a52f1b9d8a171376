package io.slotgate.deploy.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Commands that show and change settings, and who changed what. */
class SettingsCommandsTest extends OperatorFixture {
    private static final String SETTINGS = """
            {"version":4,"applied":4,"durable":false,"changedBy":"ann","changedAt":"2026-11-22T09:00:00Z","settings":[\
            {"name":"limits.connections","value":"5","configured":"65000","changed":true,"expected":"a number"},\
            {"name":"reads.policy","value":"primary","configured":"primary","changed":false,"expected":"a policy"}]}""";

    @Test
    void showsSettings() {
        api.with("GET /settings", SETTINGS);

        assertThat(trial.run("settings")).isZero();

        assertThat(trial.out()).isEqualToNormalizingNewlines("version 4 by ann at " + AT + """
                , lost when the proxy ends
                SETTING             VALUE    CONFIGURED
                limits.connections  5        65000
                reads.policy        primary
                """);
    }

    @Test
    void showsSomeSettings() {
        api.with("GET /settings", SETTINGS);

        assertThat(trial.run("settings", "get", "reads.policy", "x")).isOne();

        assertThat(trial.out()).contains("reads.policy").doesNotContain("limits.connections");
        assertThat(trial.err().strip()).isEqualTo("x: no such setting");
    }

    @Test
    void changesSettings() {
        api.with("PATCH /settings", outcome(false));

        assertThat(trial.run("settings", "set", "a.b=x=y", "c=1")).isZero();

        assertThat(trial.out()).isEqualToNormalizingNewlines("""
                version 5
                SETTING  BEFORE  AFTER
                c        2       1
                """);
        assertThat(api.asked.getFirst().body()).contains("\"a.b\":\"x=y\"", "\"c\":\"1\"", "\"dryRun\":false")
                .doesNotContain("version");
    }

    @Test
    void triesAChangeFirst() {
        api.with("PATCH /settings", outcome(true));

        assertThat(trial.run("settings", "unset", "c", "--dry-run", "--if-version", "5")).isZero();

        assertThat(trial.out()).startsWith("this would change from version 5");
        assertThat(api.asked.getFirst().body()).contains("\"unset\":[\"c\"]", "\"dryRun\":true", "\"version\":5");
    }

    @Test
    void rollsSettingsBack() {
        api.with("POST /settings/rollback", outcome(false));

        assertThat(trial.run("settings", "rollback", "3")).isZero();

        assertThat(api.asked.getFirst().body()).contains("\"version\":3");
    }

    @Test
    void saysEverythingThatIsWrongWithAChange() {
        api.with("PATCH /settings", 400, """
                {"status":400,"detail":"a: 1 (expected: less)","errors":[{"field":"a","value":"1","expected":"less"},\
                {"field":"b","value":"2","expected":"more"}]}""");

        assertThat(trial.run("settings", "set", "a=1", "b=2")).isOne();

        assertThat(trial.err()).isEqualToNormalizingNewlines("a: 1 (expected: less)\n  b: 2 (expected: more)\n");
    }

    @Test
    void showsTheHistoryOfSettings() {
        api.with("GET /settings/history",
                """
                        {"items":[{"version":2,"at":"2026-11-22T09:00:00Z","by":"ann","values":{"a":"1","b":"2"}},{"version":1,"values":{}}]}""");

        assertThat(trial.run("settings", "history")).isZero();

        assertThat(trial.out()).contains("      2  " + AT + "  ann  a=1, b=2");
    }

    @Test
    void showsWhoChangedWhat() {
        api.with("GET /audit",
                """
                        {"items":[{"id":1,"at":"2026-11-22T09:00:00Z","actor":"ann","role":"admin","address":"10.0.0.1",\
                        "action":"settings change","target":"settings version 2","before":"{a=1}","after":"{a=2}","outcome":"done"}]}""");

        trial.run("audit");

        assertThat(trial.out().lines().map(String::strip).collect(Collectors.joining(" "))).isEqualTo(
                AT + "  ann from 10.0.0.1: settings change, settings version 2, before {a=1}, after {a=2}: done");
    }
}
