package io.slotgate.it;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Commands of every data type, at random but the same for the same seed: most are right, some concern a key of another type, and
 * some are wrong in number or kind of arguments. The keys of one command share a slot, but for a few that must not.
 */
final class RandomCommands {
    private static final String TYPES = "sbhlezxg";
    private static final int SLOTS = 24;
    private static final int KEYS = 4;
    private static final List<String> WORDS = List.of("a", "b", "c", "one", "two", "z", "", "with space",
            "\u00e9\r\n\0", "10",
            "3.5", "x".repeat(200));
    private static final List<String> WRONG = List.of("", "abc", "-1", "3.7", "99999999999999999999", "nan", "-inf",
            "0x10",
            " 1", "1-x", "*");

    /**
     * One looks commands up, the others answer at random where a wrong key is there; a cursor that is spoilt may be taken for one that
     * each server understands in its own way.
     */
    private static final Set<String> UNSPOILT = Set.of("COMMAND", "HRANDFIELD", "HSCAN", "SRANDMEMBER", "SSCAN", "SPOP",
            "ZRANDMEMBER", "ZSCAN");

    private final Random random;
    private final List<String[]> forms;
    private final Map<Integer, String> homes = new HashMap<>();
    private String tag = "";

    /** @param forms a line each, as {@link CommandForms} has them */
    RandomCommands(Random random, String forms) {
        this.random = random;
        this.forms = forms.lines().map(line -> line.strip().split(" ")).toList();
    }

    /** Every key that a command may be about. */
    static List<String> keys() {
        List<String> keys = new ArrayList<>();
        for (String type : TYPES.split("")) {
            for (int slot = 0; slot < SLOTS; slot++) {
                for (int i = 0; i < KEYS; i++) {
                    keys.add(type + "{" + slot + "}" + i);
                }
            }
        }
        return keys;
    }

    List<String> next() {
        return command(Integer.toString(random.nextInt(SLOTS)));
    }

    /**
     * The next command of one of several sessions.
     *
     * @param bound whether it should be about the slot of the session's command before; now and then it is not all the same
     */
    List<String> next(int session, boolean bound) {
        if (!bound) {
            homes.put(session, Integer.toString(random.nextInt(SLOTS)));
        }
        String home = homes.getOrDefault(session, "0");
        return command(random.nextInt(40) == 0 ? Integer.toString(random.nextInt(SLOTS)) : home);
    }

    private List<String> command(String common) {
        String[] form = forms.get(random.nextInt(forms.size()));
        tag = common;
        boolean split = ReplyRules.splits(form[0]);
        boolean sharingSlot = split || random.nextInt(30) > 0;
        List<String> words = new ArrayList<>();
        for (String word : form) {
            boolean repeated = word.length() > 1 && word.endsWith("*") && !word.startsWith("nosort");
            boolean optional = word.length() > 1 && word.endsWith("?");
            if (optional && random.nextBoolean()) {
                continue;
            }
            String what = repeated || optional ? word.substring(0, word.length() - 1) : word;
            int times = repeated ? 1 + random.nextInt(4) : 1;
            for (int i = 0; i < times; i++) {
                for (String each : what.length() > 1 ? what.split("(?<=\\w)\\+") : new String[]{what}) {
                    if (!sharingSlot) {
                        tag = Integer.toString(random.nextInt(SLOTS));
                    }
                    words.add(filled(each));
                }
            }
        }
        if (random.nextInt(12) == 0 && !UNSPOILT.contains(form[0])) {
            spoil(words, split);
        }
        if (random.nextInt(20) == 0) {
            words.set(0, words.getFirst().toLowerCase(java.util.Locale.ROOT));
        }
        return Collections.unmodifiableList(words);
    }

    private void spoil(List<String> words, boolean split) {
        int at = 1 + random.nextInt(words.size());
        switch (random.nextInt(3)) {
            case 0 -> words.subList(Math.min(at, words.size()), words.size()).clear();
            case 1 -> {
                // More keys of a split command would be in other slots.
                if (!split) {
                    words.add(at, WRONG.get(random.nextInt(WRONG.size())));
                }
            }
            default -> {
                if (at < words.size() && !split) {
                    words.set(at, WRONG.get(random.nextInt(WRONG.size())));
                }
            }
        }
    }

    private String filled(String word) {
        if (word.startsWith("\"")) {
            return word.substring(1, word.length() - 1).replace('_', ' ');
        }
        if (word.contains("|")) {
            String[] choices = word.split("\\|");
            return filled(choices[random.nextInt(choices.length)]);
        }
        if (word.length() > 1) {
            return word;
        }
        return switch (word.charAt(0)) {
            case 's', 'b', 'h', 'l', 'e', 'z', 'x', 'g' -> key(random.nextInt(25) == 0
                    ? TYPES.charAt(random.nextInt(TYPES.length()))
                    : word.charAt(0));
            case 'k' -> key(TYPES.charAt(random.nextInt(TYPES.length())));
            case 'v', 'm' -> WORDS.get(random.nextInt(WORDS.size()));
            case 'i' -> Integer.toString(random.nextInt(40) - 20);
            case 'n' -> Integer.toString(random.nextInt(8));
            case 'f' -> random.nextInt(10) == 0 ? "inf" : Double.toString((random.nextInt(80) - 40) / 4.0);
            case 'o' -> List.of("-inf", "+inf", "(1", "2", "-3.5", "(5").get(random.nextInt(6));
            case 'd' -> random.nextInt(60) + "-" + random.nextInt(3);
            case 'c' -> random.nextBoolean() ? "alice" : "bob";
            default -> word;
        };
    }

    private String key(char type) {
        return type + "{" + tag + "}" + random.nextInt(KEYS);
    }
}
