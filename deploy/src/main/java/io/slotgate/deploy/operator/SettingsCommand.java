package io.slotgate.deploy.operator;

import io.slotgate.deploy.client.Answer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code settings} alone is {@code settings get}. */
@Command(name = "settings", description = "Show or change what can change while the proxies run.", subcommands = {
    SettingsCommand.Get.class, SettingsCommand.Set.class, SettingsCommand.Unset.class, SettingsCommand.History.class,
    SettingsCommand.Rollback.class})
final class SettingsCommand extends ApiCommand {
    @Override
    int run(Talk talk) throws IOException, InterruptedException {
        talk.show("/settings", Map.of(), state -> state(state, List.of()));
        return DONE;
    }

    private static List<String> state(JsonNode state, List<String> names) {
        List<String> lines = new ArrayList<>();
        String by = Text.of(state, "changedBy");
        lines.add("version " + Text.number(state, "version")
                + (by.isEmpty() ? "" : " by " + by + " at " + Text.time(Text.of(state, "changedAt")))
                + (Text.flag(state, "durable") ? "" : ", lost when the proxy ends"));
        if (state.hasNonNull("problem")) {
            lines.addAll(Text.wrap("not applied here: ", Text.of(state, "problem")));
        }
        Table table = new Table("SETTING", "VALUE", "CONFIGURED");
        for (JsonNode setting : state.path("settings")) {
            if (names.isEmpty() || names.contains(setting.path("name").asString(""))) {
                table.row(Text.of(setting, "name"), Text.of(setting, "value"),
                        Text.flag(setting, "changed") ? Text.of(setting, "configured") : "");
            }
        }
        lines.addAll(table.lines("no settings"));
        return lines;
    }

    private static List<String> outcome(JsonNode outcome) {
        List<String> lines = new ArrayList<>();
        lines.add(Text.flag(outcome, "dryRun")
                ? "this would change from version " + Text.number(outcome, "version")
                : "version " + Text.number(outcome, "version"));
        Table table = new Table("SETTING", "BEFORE", "AFTER");
        outcome.path("after").properties().forEach(each -> table.row(Text.safe(each.getKey()),
                Text.of(outcome.path("before"), each.getKey()), Text.safe(each.getValue().asString(""))));
        lines.addAll(table.lines("nothing changes"));
        return lines;
    }

    /** Shows settings. */
    @Command(name = "get", description = "Show settings: what holds, and what was configured where that is other.")
    static final class Get extends ApiCommand {
        @Parameters(paramLabel = "NAME", arity = "0..*", description = "Only these.")
        private List<String> names = List.of();

        @Override
        int run(Talk talk) throws IOException, InterruptedException {
            JsonNode body = talk.show("/settings", Map.of(), state -> state(state, names));
            TreeSet<String> unknown = new TreeSet<>(names);
            body.path("settings").forEach(setting -> unknown.remove(setting.path("name").asString("")));
            unknown.forEach(name -> talk.note(name + ": no such setting"));
            return unknown.isEmpty() ? DONE : FAILED;
        }
    }

    /** A change, all of it or none. */
    abstract static class Change extends ApiCommand {
        @Option(names = "--dry-run", description = "Only say what would change.")
        private boolean dryRun;

        @Option(names = "--if-version", paramLabel = "N", description = "Only if this version still stands.")
        private @Nullable Long version;

        /** @param what is to change */
        int change(Talk talk, Map<String, Object> what) throws IOException, InterruptedException {
            Map<String, Object> body = new HashMap<>(what);
            body.put("dryRun", dryRun);
            if (version != null) {
                body.put("version", version);
            }
            Answer answer = talk.client().send("PATCH", "/settings", Map.of(), body);
            talk.print(answer, SettingsCommand::outcome);
            return DONE;
        }
    }

    /** Changes some. */
    @Command(name = "set", description = "Change settings at all proxies of the fleet, all of them or none.")
    static final class Set extends Change {
        @Parameters(paramLabel = "NAME=VALUE", arity = "1..*", description = "Settings and their new values.")
        private Map<String, String> values = Map.of();

        @Override
        int run(Talk talk) throws IOException, InterruptedException {
            return change(talk, Map.of("set", values));
        }
    }

    /** Takes changes back. */
    @Command(name = "unset", description = "Have settings be as configured again.")
    static final class Unset extends Change {
        @Parameters(paramLabel = "NAME", arity = "1..*", description = "Settings.")
        private List<String> names = List.of();

        @Override
        int run(Talk talk) throws IOException, InterruptedException {
            return change(talk, Map.of("unset", names));
        }
    }

    /** Earlier versions. */
    @Command(name = "history", description = "List the versions that this proxy has seen, the latest first.")
    static final class History extends ApiCommand {
        @Override
        int run(Talk talk) throws IOException, InterruptedException {
            talk.show("/settings/history", Map.of(), History::human);
            return DONE;
        }

        private static List<String> human(JsonNode history) {
            Table table = new Table(">VERSION", "AT", "BY", "OTHER THAN CONFIGURED");
            for (JsonNode version : history.path("items")) {
                StringJoiner values = new StringJoiner(", ");
                version.path("values").properties()
                        .forEach(each -> values.add(Text.safe(each.getKey() + "=" + each.getValue().asString(""))));
                table.row(Text.number(version, "version"), Text.time(Text.of(version, "at")), Text.of(version, "by"),
                        values);
            }
            return table.lines("no changes so far");
        }
    }

    /** Back to an earlier version. */
    @Command(name = "rollback", description = "Have all settings be as they were at an earlier version, by a new one.")
    static final class Rollback extends ApiCommand {
        @Parameters(paramLabel = "VERSION", description = "Of the history.")
        private long version;

        @Option(names = "--dry-run", description = "Only say what would change.")
        private boolean dryRun;

        @Override
        int run(Talk talk) throws IOException, InterruptedException {
            Answer answer = talk.client().send("POST", "/settings/rollback", Map.of(),
                    Map.of("version", version, "dryRun", dryRun));
            talk.print(answer, SettingsCommand::outcome);
            return DONE;
        }
    }
}
