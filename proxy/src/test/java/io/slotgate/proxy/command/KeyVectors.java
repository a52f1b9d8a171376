package io.slotgate.proxy.command;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Argument vectors for every command that has keys: templates of well-formed calls for those with options, simple ones for the
 * rest, and both with random edits that break them in plausible ways. The same seed gives the same vectors.
 */
final class KeyVectors {
    /** K: a key, A: some other argument, E: an empty one; the rest stands as it is, in any case. */
    private static final Map<String, List<String>> TEMPLATES = new TreeMap<>();

    static {
        List<String> scripts = List.of("A 0", "A 0 A A", "A 1 K", "A 2 K K A", "A 3 K K K A A");
        for (String name : List.of("eval", "eval_ro", "evalsha", "evalsha_ro", "fcall", "fcall_ro")) {
            TEMPLATES.put(name, scripts);
        }
        for (String name : List.of("zunion", "zinter", "zdiff", "zintercard", "sintercard")) {
            TEMPLATES.put(name,
                    List.of("1 K", "2 K K", "3 K K K WITHSCORES", "2 K K LIMIT 5", "2 K K WEIGHTS 1 2 AGGREGATE MAX"));
        }
        for (String name : List.of("zunionstore", "zinterstore", "zdiffstore")) {
            TEMPLATES.put(name, List.of("K 1 K", "K 2 K K", "K 3 K K K", "K 2 K K WEIGHTS 1 2 AGGREGATE MAX"));
        }
        TEMPLATES.put("lmpop", List.of("1 K LEFT", "2 K K RIGHT COUNT 2", "3 K K K LEFT"));
        TEMPLATES.put("zmpop", List.of("1 K MIN", "2 K K MAX COUNT 2", "3 K K K MIN"));
        TEMPLATES.put("blmpop", List.of("0.1 1 K LEFT", "0.1 2 K K RIGHT COUNT 2", "0.1 3 K K K LEFT"));
        TEMPLATES.put("bzmpop", List.of("0.1 1 K MIN", "0.1 2 K K MAX COUNT 2", "0.1 3 K K K MIN"));
        TEMPLATES.put("xread",
                List.of("STREAMS K 0", "STREAMS K K 0 0", "COUNT 2 STREAMS K K K 0 0 $", "BLOCK 1 STREAMS K 0",
                        "COUNT 1 BLOCK 1 STREAMS K K 0 0", "COUNT STREAMS STREAMS K 0", "STREAMS STREAMS 0",
                        "STREAMS K STREAMS 0 0"));
        TEMPLATES.put("xreadgroup", List.of("GROUP A A STREAMS K >", "GROUP A A COUNT 1 STREAMS K K > >",
                "GROUP A A BLOCK 1 NOACK STREAMS K 0", "GROUP STREAMS A STREAMS K >", "GROUP A STREAMS STREAMS K K > >",
                "GROUP A A COUNT 2 BLOCK 1 NOACK STREAMS K K K 0 0 0"));
        TEMPLATES.put("sort",
                List.of("K", "K ALPHA DESC", "K LIMIT 0 5 STORE K", "K BY A*->A GET # GET A* STORE K ALPHA",
                        "K STORE K STORE K", "K BY STORE STORE K", "K GET STORE", "K LIMIT STORE STORE K",
                        "K BY NOSORT GET A"));
        TEMPLATES.put("sort_ro", List.of("K", "K ALPHA DESC", "K LIMIT 0 5", "K BY A*->A GET # GET A*"));
        List<String> geo = List.of("WITHDIST COUNT 3 ASC", "STORE K", "STOREDIST K", "COUNT 5 STORE K",
                "STORE K STOREDIST K",
                "STOREDIST K ASC STORE K", "STORE STORE", "");
        TEMPLATES.put("georadius", geo.stream().map(options -> ("K 1 2 3 km " + options).trim()).toList());
        TEMPLATES.put("georadiusbymember", geo.stream().map(options -> ("K A 3 km " + options).trim()).toList());
        TEMPLATES.put("migrate",
                List.of("127.0.0.1 1 K 0 10", "127.0.0.1 1 K 0 10 COPY REPLACE", "127.0.0.1 1 E 0 10 KEYS K K",
                        "127.0.0.1 1 E 0 10 COPY AUTH A KEYS K K K", "127.0.0.1 1 E 0 10 AUTH2 A KEYS KEYS K",
                        "127.0.0.1 1 E 0 10 AUTH KEYS KEYS K", "127.0.0.1 1 K 0 10 KEYS K",
                        "127.0.0.1 1 E 0 10 REPLACE"));
        TEMPLATES.put("mset", List.of("K A", "K A K A", "K A K A K A"));
        TEMPLATES.put("msetnx", TEMPLATES.getOrDefault("mset", List.of()));
        TEMPLATES.put("set", List.of("K A", "K A GET", "K A EX 10 NX"));
        TEMPLATES.put("bitfield", List.of("K GET u8 0", "K SET u8 0 1 GET u8 0"));
        TEMPLATES.put("blpop", List.of("K 0.1", "K K 0.1", "K K K 0.1"));
    }

    private static final List<String> NUMBERS = List.of("0", "1", "2", "3", "4", "-1", "-0", "+2", " 2", "2x", "x",
            "1.5", "007",
            "99", "1000000", "2147483648", "9999999999999999999", "");
    private static final List<String> WORDS = List.of("STREAMS", "STORE", "STOREDIST", "KEYS", "BY", "GET", "LIMIT",
            "COUNT",
            "BLOCK", "GROUP", "NOACK", "AUTH", "AUTH2", "COPY", "WEIGHTS");
    private static final List<String> TAGS = List.of("{a}", "{b}", "{user1000}", "{}", "{x{y}");

    private final Random random;
    private int words;

    KeyVectors(long seed) {
        random = new Random(seed);
    }

    /** Vectors for one command of the built-in table, {@code edited} of them edited; the first argument is its name. */
    List<List<String>> of(CommandSpec spec, int edited) {
        List<String> templates = TEMPLATES.getOrDefault(spec.name(), simple(spec));
        List<List<String>> vectors = new ArrayList<>();
        for (String template : templates) {
            vectors.add(fill(spec, template));
        }
        for (int i = 0; i < edited; i++) {
            List<String> vector = fill(spec, templates.get(random.nextInt(templates.size())));
            int named = spec.name().split("\\|").length;
            for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
                edit(vector, named);
            }
            vectors.add(vector);
        }
        return vectors;
    }

    /** As many keys as the command takes arguments at least, and, where it takes more, up to three more. */
    private static List<String> simple(CommandSpec spec) {
        int least = Math.max(Math.abs(spec.arity()), 2) - spec.name().split("\\|").length;
        int most = spec.arity() < 0 ? least + 3 : least;
        return IntStream.rangeClosed(least, most).mapToObj(n -> String.join(" ", Collections.nCopies(n, "K"))).toList();
    }

    /** The keys of a vector share a slot or, as often, do not. */
    private List<String> fill(CommandSpec spec, String template) {
        List<String> vector = new ArrayList<>();
        for (String part : spec.name().split("\\|")) {
            vector.add(anyCase(part));
        }
        String tag = random.nextBoolean() ? TAGS.get(random.nextInt(TAGS.size())) : "";
        for (String word : template.split(" ")) {
            vector.add(switch (word) {
                case "" -> "";
                case "K" -> unique("k") + tag;
                case "A" -> unique("a");
                case "E" -> "";
                default -> anyCase(word);
            });
        }
        return vector;
    }

    private void edit(List<String> vector, int named) {
        int at = named + random.nextInt(vector.size() - named + 1);
        switch (random.nextInt(6)) {
            case 0 -> vector.add(at, unique("k"));
            case 1 -> vector.add(at, anyCase(WORDS.get(random.nextInt(WORDS.size()))));
            case 2 -> {
                if (at < vector.size()) {
                    vector.remove(at);
                }
            }
            case 3 -> {
                if (at < vector.size()) {
                    vector.set(at, NUMBERS.get(random.nextInt(NUMBERS.size())));
                }
            }
            case 4 -> vector.add(unique("k"));
            default -> {
                for (int i = named; i < vector.size(); i++) {
                    if (!vector.get(i).isEmpty() && vector.get(i).length() < 3
                            && Character.isDigit(vector.get(i).charAt(0))) {
                        vector.set(i, NUMBERS.get(random.nextInt(NUMBERS.size())));
                        return;
                    }
                }
            }
        }
    }

    private String unique(String prefix) {
        return prefix + words++;
    }

    private String anyCase(String word) {
        return switch (random.nextInt(3)) {
            case 0 -> word.toLowerCase(Locale.ROOT);
            case 1 -> word.toUpperCase(Locale.ROOT);
            default -> {
                StringBuilder mixed = new StringBuilder();
                word.chars().forEach(c -> mixed
                        .append((char) (random.nextBoolean() ? Character.toLowerCase(c) : Character.toUpperCase(c))));
                yield mixed.toString();
            }
        };
    }
}
