package io.slotgate.proxy.command;

import io.slotgate.proxy.command.CommandEntry.KeySpec;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Writes the built-in command table as text from recorded replies of COMMAND. */
final class CommandResource {
    private static final String HEAD = """
            # The built-in command table: what COMMAND of Valkey 8.0.1 tells, and, for commands it lacks, of Redis 7.0.15.
            # Generated from recorded replies by CommandTableRecorder in the test tree; a test compares. Not edited by hand.
            #
            # name arity flags [key specification ...], separated by spaces
            #   name   lower case; a subcommand behind its container and '|'
            #   arity  number of arguments with the name; negative: at least as many
            #   flags  the server's words, separated by commas; '-' for none
            #   key specification (https://valkey.io/topics/key-specs/):
            #     index:ARG/...              begins at argument ARG
            #     keyword:WORD:FROM/...      begins behind WORD, looked for from argument FROM on (negative: backward)
            #     .../range:LAST:STEP:LIMIT  keys from there to LAST (0 or more: from the first key; negative: from the end)
            #     .../keynum:COUNT:FIRST:STEP  COUNT: where their number stands, FIRST: the first key, from there
            #     unknown                    the server cannot say
            #     .../not_key                hashes like a key but is none: a sharded channel
            #     .../incomplete             there may be more keys
            """;

    private CommandResource() {}

    /** The whole resource; entries of earlier replies go before those of later ones. */
    static String text(List<List<Object>> replies) {
        Map<String, CommandEntry> entries = new TreeMap<>();
        for (List<Object> reply : replies) {
            for (Object raw : reply) {
                CommandReply.read(raw).entries().forEach(entry -> entries.putIfAbsent(entry.name(), entry));
            }
        }
        return HEAD + entries.values().stream().map(CommandResource::line).collect(Collectors.joining("\n", "", "\n"));
    }

    private static String line(CommandEntry entry) {
        String flags = entry.flags().stream().sorted(Comparator.naturalOrder()).map(CommandFlag::word)
                .collect(Collectors.joining(","));
        StringBuilder line = new StringBuilder(
                entry.name() + " " + entry.arity() + " " + (flags.isEmpty() ? "-" : flags));
        for (KeySpec spec : entry.keySpecs()) {
            line.append(' ').append(keys(spec)).append(spec.notKey() ? "/not_key" : "")
                    .append(spec.incomplete() ? "/incomplete" : "");
        }
        return line.toString();
    }

    private static String keys(KeySpec spec) {
        return switch (spec.keys()) {
            case null -> "unknown";
            case IndexedKeys(int first, KeyFinder finder) -> "index:" + first + "/" + finder(finder);
            case KeywordKeys(String word, int from, KeyFinder finder) ->
                "keyword:" + word.toLowerCase(Locale.ROOT) + ":" + from + "/" + finder(finder);
        };
    }

    private static String finder(KeyFinder finder) {
        return switch (finder) {
            case KeyFinder.Range(int last, int step, int limit) -> "range:" + last + ":" + step + ":" + limit;
            case KeyFinder.Counted(int countAt, int firstAt, int step, int least) ->
                "keynum:" + countAt + ":" + firstAt + ":" + step; // least follows from the flags
        };
    }
}
