package io.slotgate.proxy.command;

import io.slotgate.proxy.command.CommandEntry.KeySpec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The commands known without asking a server: the resource {@code commands.txt}, whose head explains its format, and the key
 * rules that key specifications cannot express.
 */
final class BuiltInCommands {
    static final String RESOURCE = "commands.txt";

    /** Commands whose keys a cluster node finds with code of its own, and whose key specifications tell less or other keys. */
    private static final Map<String, KeyRule> SPECIAL_KEYS = Map.of("sort", new SortKeys(), "sort_ro",
            IndexedKeys.single(1), "georadius", new GeoRadiusKeys(), "georadiusbymember", new GeoRadiusKeys(), "xread",
            new StreamKeys(), "xreadgroup", new StreamKeys(), "migrate", new MigrateKeys(), "debug", new DebugKeys());

    private BuiltInCommands() {}

    /** The key rule of a command that has a special one, else null. */
    static @Nullable KeyRule specialKeys(String name) {
        return SPECIAL_KEYS.get(name);
    }

    /** Reads the resource, in its order: a container stands before its subcommands. */
    static List<CommandEntry> read() {
        try (InputStream resource = BuiltInCommands.class.getResourceAsStream(RESOURCE)) {
            if (resource == null) {
                throw new IllegalStateException(
                        "resource: " + RESOURCE + " is missing beside " + BuiltInCommands.class);
            }
            List<CommandEntry> entries = new ArrayList<>();
            BufferedReader lines = new BufferedReader(new InputStreamReader(resource, StandardCharsets.UTF_8));
            String line;
            while ((line = lines.readLine()) != null) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    entries.add(entry(line));
                }
            }
            return entries;
        } catch (IOException e) {
            throw new UncheckedIOException("resource: " + RESOURCE + " cannot be read", e);
        }
    }

    private static CommandEntry entry(String line) {
        String[] columns = line.trim().split(" +");
        try {
            Set<CommandFlag> flags = EnumSet.noneOf(CommandFlag.class);
            if (!columns[2].equals("-")) {
                for (String word : columns[2].split(",")) {
                    flags.add(CommandFlag.valueOf(word.toUpperCase(Locale.ROOT)));
                }
            }
            List<KeySpec> keySpecs = new ArrayList<>();
            for (int i = 3; i < columns.length; i++) {
                keySpecs.add(keySpec(columns[i].split("/"), CommandEntry.leastKeys(flags)));
            }
            return new CommandEntry(columns[0], Integer.parseInt(columns[1]), flags, keySpecs);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new IllegalStateException("resource: " + RESOURCE + ": '" + line + "' cannot be read", e);
        }
    }

    private static KeySpec keySpec(String[] parts, int leastKeys) {
        List<String> marks = List.of(parts);
        boolean notKey = marks.contains("not_key");
        boolean incomplete = marks.contains("incomplete");
        if (parts[0].equals("unknown")) {
            return new KeySpec(null, notKey, incomplete);
        }
        String[] begin = parts[0].split(":");
        String[] find = parts[1].split(":");
        KeyFinder finder = switch (find[0]) {
            case "range" -> new KeyFinder.Range(Integer.parseInt(find[1]), Integer.parseInt(find[2]),
                    Integer.parseInt(find[3]));
            case "keynum" -> new KeyFinder.Counted(Integer.parseInt(find[1]), Integer.parseInt(find[2]),
                    Integer.parseInt(find[3]), leastKeys);
            default -> throw new IllegalArgumentException("keys: " + find[0] + " (expected: range or keynum)");
        };
        SpecKeys keys = switch (begin[0]) {
            case "index" -> new IndexedKeys(Integer.parseInt(begin[1]), finder);
            case "keyword" -> new KeywordKeys(begin[1], Integer.parseInt(begin[2]), finder);
            default -> throw new IllegalArgumentException("begin: " + begin[0] + " (expected: index or keyword)");
        };
        return new KeySpec(keys, notKey, incomplete);
    }
}
