package io.slotgate.proxy.command;

import io.slotgate.proxy.command.CommandEntry.KeySpec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads an entry of a {@code COMMAND} reply: ten elements since Redis 7, six or seven before (no key specifications and no
 * subcommands then). Text may come as String or bytes, maps as such or as flat lists, sets as any collection.
 *
 * @see <a href="https://valkey.io/commands/command/">COMMAND</a>
 */
final class CommandReply {
    private static final int KEY_SPECS = 8;
    private static final int SUBCOMMANDS = 9;

    private CommandReply() {}

    /**
     * One command with its subcommands behind it.
     *
     * @param tellsKeySpecs false for a server older than Redis 7
     */
    record Command(List<CommandEntry> entries, boolean tellsKeySpecs) {}

    /** @throws IllegalArgumentException naming the command and the element, if the shape is not one of those above */
    static Command read(@Nullable Object raw) {
        List<?> fields = fields(raw);
        String name = name(fields);
        if (name.indexOf('|') >= 0) {
            throw new IllegalArgumentException("command: '" + name + "' (expected: a name without |)");
        }
        try {
            List<CommandEntry> entries = new ArrayList<>();
            entries.add(entry(name, fields));
            if (fields.size() > SUBCOMMANDS) {
                for (Object subcommand : collection(fields.get(SUBCOMMANDS), "subcommands")) {
                    entries.add(subcommand(name, fields(subcommand)));
                }
            }
            return new Command(entries, fields.size() > KEY_SPECS);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("command '" + name + "': " + e.getMessage(), e);
        }
    }

    private static List<?> fields(@Nullable Object raw) {
        if (!(raw instanceof List<?> fields) || fields.isEmpty()) {
            throw new IllegalArgumentException("entry: " + raw + " (expected: a list that begins with a name)");
        }
        if (fields.size() < 6) {
            throw new IllegalArgumentException(
                    "command '" + name(fields) + "': " + fields.size() + " elements (expected: 6 or more)");
        }
        return fields;
    }

    private static String name(List<?> fields) {
        return text(fields.get(0), "name").toLowerCase(Locale.ROOT);
    }

    private static CommandEntry entry(String name, List<?> fields) {
        Set<CommandFlag> flags = flags(fields.get(2));
        List<KeySpec> keySpecs = fields.size() > KEY_SPECS
                ? keySpecs(fields.get(KEY_SPECS), CommandEntry.leastKeys(flags))
                : List.of();
        boolean anyKnown = keySpecs.stream().anyMatch(spec -> spec.keys() != null);
        return new CommandEntry(name, integer(fields.get(1), "arity"), flags,
                anyKnown ? keySpecs : range(fields));
    }

    /** Servers tell a subcommand's name with its container's in front; without it would be as clear. */
    private static CommandEntry subcommand(String container, List<?> fields) {
        String name = name(fields);
        int bar = name.indexOf('|');
        if (bar >= 0 && !name.substring(0, bar).equals(container)) {
            throw new IllegalArgumentException("subcommand: '" + name + "' (expected: " + container + "|...)");
        }
        return entry(bar >= 0 ? name : container + "|" + name, fields);
    }

    private static Set<CommandFlag> flags(@Nullable Object raw) {
        Set<CommandFlag> flags = EnumSet.noneOf(CommandFlag.class);
        for (Object word : collection(raw, "flags")) {
            CommandFlag flag = CommandFlag.of(text(word, "flag"));
            if (flag != null) {
                flags.add(flag);
            }
        }
        return flags;
    }

    /** First, last and step: all that servers before Redis 7 tell, and all that some modules do. */
    private static List<KeySpec> range(List<?> fields) {
        int first = integer(fields.get(3), "first key");
        int last = integer(fields.get(4), "last key");
        int step = integer(fields.get(5), "step");
        if (first == 0) {
            return List.of();
        }
        int fromFirst = last < 0 ? last : last - first;
        return List.of(new KeySpec(new IndexedKeys(first, new KeyFinder.Range(fromFirst, Math.max(1, step), 0)), false,
                false));
    }

    private static List<KeySpec> keySpecs(@Nullable Object raw, int leastKeys) {
        List<KeySpec> specs = new ArrayList<>();
        for (Object spec : collection(raw, "key specifications")) {
            Map<String, Object> fields = map(spec, "key specification");
            Set<String> flags = new HashSet<>();
            if (fields.get("flags") != null) {
                for (Object flag : collection(fields.get("flags"), "key flags")) {
                    flags.add(text(flag, "key flag").toLowerCase(Locale.ROOT));
                }
            }
            specs.add(new KeySpec(keys(fields, leastKeys), flags.contains("not_key"), flags.contains("incomplete")));
        }
        return specs;
    }

    private static @Nullable SpecKeys keys(Map<String, Object> keySpec, int leastKeys) {
        Map<String, Object> begin = map(keySpec.get("begin_search"), "begin_search");
        KeyFinder finder = finder(map(keySpec.get("find_keys"), "find_keys"), leastKeys);
        String type = text(begin.get("type"), "begin_search type");
        if (finder == null || type.equals("unknown")) {
            return null;
        }
        Map<String, Object> spec = map(begin.get("spec"), "begin_search spec");
        return switch (type) {
            case "index" -> new IndexedKeys(integer(spec.get("index"), "index"), finder);
            case "keyword" -> new KeywordKeys(text(spec.get("keyword"), "keyword").toLowerCase(Locale.ROOT),
                    integer(spec.get("startfrom"), "startfrom"), finder);
            default -> throw new IllegalArgumentException(
                    "begin_search type: " + type + " (expected: index, keyword or unknown)");
        };
    }

    private static @Nullable KeyFinder finder(Map<String, Object> findKeys, int leastKeys) {
        String type = text(findKeys.get("type"), "find_keys type");
        if (type.equals("unknown")) {
            return null;
        }
        Map<String, Object> spec = map(findKeys.get("spec"), "find_keys spec");
        return switch (type) {
            case "range" -> new KeyFinder.Range(integer(spec.get("lastkey"), "lastkey"),
                    integer(spec.get("keystep"), "keystep"), integer(spec.get("limit"), "limit"));
            case "keynum" -> new KeyFinder.Counted(integer(spec.get("keynumidx"), "keynumidx"),
                    integer(spec.get("firstkey"), "firstkey"), integer(spec.get("keystep"), "keystep"), leastKeys);
            default -> throw new IllegalArgumentException(
                    "find_keys type: " + type + " (expected: range, keynum or unknown)");
        };
    }

    private static String text(@Nullable Object raw, String what) {
        return switch (raw) {
            case String text -> text;
            case byte[] bytes -> new String(bytes, StandardCharsets.ISO_8859_1);
            case null, default -> throw new IllegalArgumentException(what + ": " + raw + " (expected: text)");
        };
    }

    private static int integer(@Nullable Object raw, String what) {
        if (raw instanceof Number number && number.longValue() == number.intValue()) {
            return number.intValue();
        }
        throw new IllegalArgumentException(what + ": " + raw + " (expected: an integer)");
    }

    private static Collection<?> collection(@Nullable Object raw, String what) {
        if (raw instanceof Collection<?> collection) {
            return collection;
        }
        throw new IllegalArgumentException(what + ": " + raw + " (expected: a list)");
    }

    private static Map<String, Object> map(@Nullable Object raw, String what) {
        Map<String, Object> fields = new HashMap<>();
        if (raw instanceof Map<?, ?> map) {
            map.forEach((key, value) -> fields.put(text(key, what + " key"), value));
        } else if (raw instanceof List<?> flat && flat.size() % 2 == 0) {
            for (int i = 0; i < flat.size(); i += 2) {
                fields.put(text(flat.get(i), what + " key"), flat.get(i + 1));
            }
        } else {
            throw new IllegalArgumentException(what + ": " + raw + " (expected: a map or a flat list of pairs)");
        }
        return fields;
    }
}
